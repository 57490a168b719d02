// Facts that speak against a scam.
//
// What this sees: a sender whose domain is in the book of official domains, links that all lead to known companies,
// words that warn or give a code instead of asking for one, an order of ours. How it is fooled: a sender's domain
// without proof by the mail server can be written by anyone, so it counts little alone.
#include "detect/detectors/official/detector.h"

#include <algorithm>

namespace detect::official {

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> out = phrases(reading, manifest);
    const bool links_official = reading.has(Fact::official_links);
    const bool replies_elsewhere =
        reading.reply_to && reading.sender && reading.reply_to->registrable != reading.sender->registrable;
    if (reading.sender && reading.sender->owner != nullptr) {
        const std::map<std::string, std::string> args = {{"domain", reading.sender->registrable},
                                                         {"brand", reading.sender->owner->name}};
        switch (reading.message.circumstances.authentication) {
            case Authentication::pass:
                out.push_back(reason(manifest, "known.sender_proven", args));
                break;
            case Authentication::fail:
                out.push_back(reason(manifest, "sender.not_proven", args));
                break;
            case Authentication::unknown:
                if ((links_official || !reading.has(Fact::link)) && !replies_elsewhere)
                    out.push_back(reason(manifest, "known.sender_named", args));
                break;
        }
    }
    if (links_official) {
        const LinkView& first = reading.links.front();
        // A link to an official host proves nothing when the text asks to write elsewhere.
        if (!replies_elsewhere)
            out.push_back(reason(manifest, "known.links_official",
                                 {{"host", first.url.shown_host}, {"brand", first.owner->name}}));
    }
    if (reading.has(Fact::known_order)) out.push_back(reason(manifest, "known.order"));
    if (reading.has(Fact::member)) out.push_back(reason(manifest, "known.member"));
    return out;
}

}  // namespace detect::official
