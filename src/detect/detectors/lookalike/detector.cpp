// Hosts that pass themselves off as a marketplace's, a courier's, a bank's.
//
// How the scam works: the name of a known company is part of an address that belongs to someone else, or nearly is.
// What this sees: letters of other scripts and digits for letters, one or two letters off, the name inside another
// domain, before it or behind it; links with a user name before "@", bare addresses, and international host names.
// How it is fooled: a host that resembles nothing; a page on a host where anybody may put one.
// Known false alarms: resellers and fan pages that name the company; `not_alike` in the rules lists ordinary words.
#include "detect/detectors/lookalike/detector.h"

#include <algorithm>

#include "detect/detectors/lookalike/alike.h"

namespace detect::lookalike {
namespace {

std::optional<model::Place> place_of(const LinkView& link) {
    if (link.link->from == link.link->to) return std::nullopt;
    return model::Place{link.link->part, link.link->from, link.link->to};
}

}  // namespace

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> out;
    const Rules& rules = *reading.rules;
    std::vector<std::string> seen;
    for (const LinkView& link : reading.links) {
        const auto at = place_of(link);
        if (link.url.userinfo)
            out.push_back(reason(manifest, "phish.userinfo_link", {{"host", link.url.shown_host}}, at));
        if (link.url.address) out.push_back(reason(manifest, "phish.address_link", {{"host", link.url.host}}, at));
        if (link.owner != nullptr || std::find(seen.begin(), seen.end(), link.url.host + link.url.path) != seen.end())
            continue;
        seen.push_back(link.url.host + link.url.path);
        if (const auto found = alike(rules, link.url))
            out.push_back(reason(manifest, code(found->how),
                                 {{"host", link.url.shown_host},
                                  {"brand", found->brand->name},
                                  {"official", found->brand->domains.front()}},
                                 at));
        else if (link.url.international)
            out.push_back(reason(manifest, "phish.international_host", {{"host", link.url.shown_host}}, at));
        if (seen.size() >= 100) break;
    }
    for (const auto& [sender, code_suffix] : {std::pair(&reading.sender, "phish.sender_lookalike"),
                                              std::pair(&reading.reply_to, "phish.sender_lookalike")}) {
        if (!*sender || (*sender)->owner != nullptr || (*sender)->free_mail) continue;
        const auto url = parse_url((*sender)->domain);
        if (!url) continue;
        if (const auto found = alike(rules, *url); found && found->how != How::path)
            out.push_back(reason(manifest, code_suffix,
                                 {{"host", url->shown_host},
                                  {"brand", found->brand->name},
                                  {"official", found->brand->domains.front()}}));
    }
    return out;
}

}  // namespace detect::lookalike
