#include "sandbox/shopee/registry.h"

#include <algorithm>
#include <charconv>

#include "base/secret.h"

namespace sandbox::shopee {

Registry::Registry(World& world, std::uint64_t seed) : world_(world), random_(seed ^ 0x73686f706565ull) {
    app_.partner_id = std::to_string(2'000'000 + random_.below(900'000));
    // Looks like hex and is used as text.
    for (int i = 0; i < 64; ++i) app_.key += "0123456789abcdef"[random_.below(16)];
}

Shop* Registry::find_shop(std::string_view id) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc{} || end != id.data() + id.size()) return nullptr;
    for (Shop& shop : world_.shops())
        if (shop_id(shop) == number) return &shop;
    return nullptr;
}

Tokens Registry::new_tokens(std::int64_t now_s) {
    const auto token = [this] {
        std::string text;
        for (int i = 0; i < 32; ++i) text += "0123456789abcdef"[random_.below(16)];
        return text;
    };
    return {token(), token(), now_s + k_access_s, now_s + k_refresh_s};
}

std::string Registry::new_code(std::optional<std::uint32_t> shop, std::uint32_t seller, std::int64_t now_s) {
    std::string code = random_.token(24);
    codes_[code] = {shop, seller, now_s + k_code_s};
    return code;
}

std::vector<std::uint32_t> Registry::redeem(const std::string& code, std::string_view id, std::string_view account_id,
                                            std::int64_t now_s) {
    const auto found = codes_.find(code);
    if (found == codes_.end() || found->second.until_s < now_s) return {};
    const Code known = found->second;
    const bool fits = known.shop ? account_id.empty() && id == std::to_string(shop_id(world_.shops()[*known.shop]))
                                 : id.empty() && account_id == std::to_string(main_account_id(known.seller));
    if (!fits) return {};
    codes_.erase(found);
    if (known.shop) return {*known.shop};
    return world_.sellers()[known.seller].shops;
}

const Tokens& Registry::give(const std::vector<std::uint32_t>& shops, std::int64_t now_s) {
    const Tokens tokens = new_tokens(now_s);
    for (const std::uint32_t shop : shops)
        consents_[shop] = {.tokens = tokens, .former_access = {}, .since_s = now_s, .until_s = now_s + k_consent_s};
    return consents_[shops.front()].tokens;
}

const Tokens& Registry::renew(Consent& consent, std::int64_t now_s) {
    consent.former_access = consent.tokens.access;
    consent.former_until_s = std::min(consent.tokens.access_expires_s, now_s + k_former_s);
    consent.tokens = new_tokens(now_s);
    return consent.tokens;
}

TokenState Registry::check(const Shop& shop, std::string_view access, std::int64_t now_s) const {
    const auto found = consents_.find(shop.number);
    if (found == consents_.end() || found->second.ended) return TokenState::no_consent;
    const Consent& consent = found->second;
    if (consent.until_s < now_s) return TokenState::consent_over;
    if (base::constant_time_equal(consent.tokens.access, access) && now_s < consent.tokens.access_expires_s)
        return TokenState::good;
    if (!consent.former_access.empty() && base::constant_time_equal(consent.former_access, access) &&
        now_s < consent.former_until_s)
        return TokenState::good;
    return TokenState::bad;
}

Consent* Registry::find(const Shop& shop) {
    const auto found = consents_.find(shop.number);
    return found == consents_.end() ? nullptr : &found->second;
}

}  // namespace sandbox::shopee
