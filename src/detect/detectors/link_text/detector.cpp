// Links whose visible text names another host than the one they lead to.
//
// How the scam works: the reader sees "seller.example.com/appeal" and is taken elsewhere.
// What this sees: a label that is itself an address with another registrable domain; a link hidden behind a redirector.
// How it is fooled: a label that names no host ("click here").
// Known false alarms: newsletters whose links pass through a counting host of their own (the label then names the
// sender's own domain: worth little unless the label is a known company's).
#include "detect/detectors/link_text/detector.h"

namespace detect::link_text {

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> out;
    for (const LinkView& link : reading.links) {
        const std::optional<model::Place> at =
            link.link->from == link.link->to
                ? std::nullopt
                : std::optional(model::Place{link.link->part, link.link->from, link.link->to});
        if (link.label && link.label->domain != link.url.domain) {
            const Brand* shown = reading.rules->brand_of(link.label->domain);
            const std::map<std::string, std::string> args = {{"shown", link.label->shown_host},
                                                             {"host", link.url.shown_host}};
            // A shop's counting link to its own page on a social network is common; one to a marketplace's or bank's is
            // not.
            if (shown != nullptr && link.owner != shown && !(link.own && shown->kind == "tech"))
                out.push_back(reason(manifest, "phish.link_mismatch_brand", args, at));
            else if (link.owner == nullptr && !link.own && !link.short_link)
                out.push_back(reason(manifest, "phish.link_mismatch", args, at));
        }
        if (link.redirector && !link.url.inner.empty()) {
            const std::string inner = registrable_domain(link.url.inner);
            if (reading.rules->brand_of(inner) == nullptr)
                out.push_back(reason(manifest, "phish.redirector",
                                     {{"host", link.url.shown_host}, {"target", link.url.inner}}, at));
        }
        if (link.link->kind == "form" && link.owner == nullptr && reading.features().mail)
            out.push_back(reason(manifest, "phish.form_in_mail", {{"host", link.url.shown_host}}, at));
    }
    return out;
}

}  // namespace detect::link_text
