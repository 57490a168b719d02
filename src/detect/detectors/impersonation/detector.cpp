// Someone who says he is a marketplace, a courier, a bank, and is not.
//
// How the scam works: the sender's name says "TikTok Shop", the address does not; or the text speaks for a company and
// every link leads to somebody else.
// What this sees: a known company's name in the display name or a claim in the text, against the sender's domain and
// the links; replies that go to a free mailbox. How it is fooled: a company that the rules do not list. Known false
// alarms: partners and resellers who put the company's name into their own (weak alone).
#include "detect/detectors/impersonation/detector.h"

#include <algorithm>

#include "base/text.h"
#include "detect/fold.h"
#include "detect/normal.h"

namespace detect::impersonation {
namespace {

const Brand* named_in(const Rules& rules, std::string_view display) {
    const std::string plain = " " + normalise(display).text + " ";
    const Brand* found = nullptr;
    for (const Brand& brand : rules.brands)
        for (const std::string& normal : brand.normal) {
            const auto at = plain.find(normal);
            if (at == std::string::npos) continue;
            const auto word = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
            if (word(plain[at - 1]) || word(plain[at + normal.size()])) continue;
            if (found == nullptr || brand.platform()) found = &brand;
        }
    return found;
}

bool links_to(const Reading& reading, const Brand* brand) {
    return std::any_of(reading.links.begin(), reading.links.end(),
                       [&](const LinkView& link) { return link.owner == brand; });
}

void check_sender(const Reading& reading, const Manifest& manifest, std::vector<model::Reason>& out) {
    if (!reading.sender) return;
    const SenderView& sender = *reading.sender;
    const Rules& rules = *reading.rules;
    if (const Brand* brand = named_in(rules, sender.display); brand != nullptr && sender.owner != brand) {
        const std::map<std::string, std::string> args = {{"name", std::string(base::shorten(sender.display, 80))},
                                                         {"brand", brand->name},
                                                         {"domain", sender.domain}};
        if (brand->platform())
            out.push_back(reason(manifest, "phish.display_name_platform", args));
        else if (sender.owner == nullptr)
            out.push_back(reason(manifest, "phish.display_name", args));
    }
    // An address as display name that is not the real one.
    if (const auto shown = mail_domain(sender.display); !shown.empty() && known_suffix(shown)) {
        const std::string registrable = registrable_domain(shown);
        if (!registrable.empty() && registrable != sender.registrable)
            out.push_back(reason(manifest, "phish.display_address", {{"shown", shown}, {"domain", sender.domain}}));
    }
    if (reading.reply_to && !reading.reply_to->domain.empty() && reading.reply_to->registrable != sender.registrable &&
        reading.reply_to->free_mail)
        out.push_back(reason(manifest, "phish.reply_elsewhere",
                             {{"domain", sender.domain}, {"reply", reading.reply_to->domain}}));
}

// The company that the text names most, against where its links go.
void check_links(const Reading& reading, const Manifest& manifest, std::vector<model::Reason>& out) {
    if (!reading.has(Fact::foreign_link) || reading.has(Fact::official_sender)) return;
    std::vector<std::size_t> counts(reading.rules->brands.size() + 1);
    const Hit* best = nullptr;
    for (const Hit& hit : reading.hits)
        if (hit.meaning == own::brand && hit.brand != 0) {
            ++counts[hit.brand];
            if (best == nullptr || counts[hit.brand] > counts[best->brand]) best = &hit;
        }
    if (best == nullptr) return;
    const Brand& brand = reading.rules->brands[best->brand - 1U];
    if (links_to(reading, &brand)) return;
    const auto foreign =
        std::find_if(reading.links.begin(), reading.links.end(), [](const LinkView& link) { return link.foreign(); });
    const std::map<std::string, std::string> args = {
        {"brand", brand.name}, {"host", foreign->url.shown_host}, {"official", brand.domains.front()}};
    const auto at = reading.place(*best);
    if (brand.platform())
        out.push_back(reason(manifest, "phish.platform_foreign_link", args, at));
    else if (brand.kind != "tech")
        out.push_back(reason(manifest, "phish.brand_foreign_link", args, at));
}

}  // namespace

std::vector<model::Reason> on_message(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> out = phrases(reading, manifest);
    check_sender(reading, manifest, out);
    check_links(reading, manifest, out);
    return out;
}

}  // namespace detect::impersonation
