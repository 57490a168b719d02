#include "sandbox/lazada/app.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/secret.h"

namespace sandbox::lazada {
namespace {

constexpr std::int64_t k_code_life_s = 30 * 60;

}  // namespace

Registry::Registry(World& world, std::uint64_t seed) : world_(world), random_(seed ^ 0x6c617a616461ull) {}

App& Registry::add_app(std::string redirect_url) {
    App app;
    app.key = std::to_string(100'000 + random_.below(900'000));
    app.secret = random_.token(32);
    app.redirect_url = std::move(redirect_url);
    for (const std::string_view group : {k_group_order, k_group_return, k_group_seller, k_group_chat})
        app.groups.emplace(group);
    std::string key = app.key;
    return apps_.emplace(std::move(key), std::move(app)).first->second;
}

App* Registry::find_app(std::string_view key) {
    const auto found = apps_.find(key);
    return found == apps_.end() ? nullptr : &found->second;
}

std::string Registry::give_code(const App& app, std::uint32_t seller, std::int64_t now_s) {
    std::string code = fmt::format("0_{}_{}", app.key, random_.token(28));
    codes_[code] = {app.key, seller, now_s + k_code_life_s};
    return code;
}

void Registry::issue(const App& app, Authorisation& authorisation, std::int64_t now_s) {
    authorisation.access = "50000" + random_.token(48);
    authorisation.refresh = "50001" + random_.token(48);
    authorisation.access_expires_s = std::min(now_s + app.access_life_s, authorisation.refresh_expires_s);
}

std::optional<Refusal> Registry::exchange_code(App& app, std::string_view code, std::int64_t now_s, Caller& caller) {
    const auto found = codes_.find(code);
    if (found == codes_.end() || found->second.app_key != app.key)
        return Refusal{"InvalidCode", "Invalid authorization code"};
    const Code known = found->second;
    codes_.erase(found);
    if (known.expires_s <= now_s) return Refusal{"InvalidCode", "Invalid authorization code"};
    Authorisation& authorisation = authorisations_[{app.key, known.seller}];
    authorisation = {};
    authorisation.void_ = false;
    authorisation.refresh_expires_s = now_s + app.refresh_life_s;
    authorisation.since_s = now_s;
    issue(app, authorisation, now_s);
    caller = {&app, known.seller, &authorisation};
    return std::nullopt;
}

std::optional<Refusal> Registry::refresh(App& app, std::string_view token, std::int64_t now_s, Caller& caller) {
    for (auto& [key, authorisation] : authorisations_) {
        if (key.first != app.key || authorisation.void_ || authorisation.refresh != token) continue;
        if (authorisation.refresh_expires_s <= now_s) break;
        if (app.market_only) return Refusal{"AUTH_TYPE_UNSUPPORTED", "The authorization type is not supported"};
        issue(app, authorisation, now_s);
        caller = {&app, key.second, &authorisation};
        return std::nullopt;
    }
    return Refusal{"IllegalRefreshToken", "The specified refresh token is invalid or expired"};
}

std::optional<Refusal> Registry::check_access(App& app, std::string_view token, std::int64_t now_s, Caller& caller) {
    for (auto& [key, authorisation] : authorisations_) {
        if (key.first != app.key || authorisation.void_ || authorisation.access_expires_s <= now_s ||
            !base::constant_time_equal(authorisation.access, token))
            continue;
        caller = {&app, key.second, &authorisation};
        return std::nullopt;
    }
    return Refusal{"IllegalAccessToken", "The specified access token is invalid or expired"};
}

Authorisation* Registry::find(const App& app, std::uint32_t seller) {
    const auto found = authorisations_.find({app.key, seller});
    return found == authorisations_.end() || found->second.void_ ? nullptr : &found->second;
}

}  // namespace sandbox::lazada
