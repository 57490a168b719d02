#include "sandbox/tiktok/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/text.h"

namespace sandbox::tiktok {
namespace {

constexpr std::int64_t k_code_life_s = 30 * 60;

std::string keyed(std::string_view key, std::string_view text, std::size_t bytes) {
    return base::base64url(base::hmac_sha256(base::Secret(key), text).substr(0, bytes));
}

template <class T>
bool number(std::string_view text, T& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc{} && end == text.data() + text.size();
}

}  // namespace

Registry::Registry(World& world, std::uint64_t seed)
    : world_(world),
      key_(base::sha256(fmt::format("stallward sandbox {}", seed))),
      random_(seed ^ 0x7474732d617070ull) {}

App& Registry::add_app(std::string redirect_url) {
    App app;
    app.key = fmt::format("6{:012x}", random_.next_u64() & 0xffffffffffffull);
    app.secret = base::hex(base::hmac_sha256(base::Secret(key_), "secret of " + app.key)).substr(0, 40);
    app.service_id = fmt::format("{}", 7'300'000'000'000'000'000ull + random_.below(900'000'000'000'000ull));
    app.redirect_url = std::move(redirect_url);
    for (const std::string_view scope : {k_scope_authorization, k_scope_shop, k_scope_order, k_scope_product,
                                         k_scope_return, k_scope_customer_service})
        app.scopes.emplace(scope);
    std::string key = app.key;
    return apps_.emplace(std::move(key), std::move(app)).first->second;
}

App* Registry::find_app(std::string_view key) {
    const auto found = apps_.find(key);
    return found == apps_.end() ? nullptr : &found->second;
}

App* Registry::find_service(std::string_view service_id) {
    for (auto& [key, app] : apps_)
        if (app.service_id == service_id) return &app;
    return nullptr;
}

std::vector<App*> Registry::apps() {
    std::vector<App*> all;
    all.reserve(apps_.size());
    for (auto& [key, app] : apps_) all.push_back(&app);
    return all;
}

std::string Registry::give_code(App& app, std::uint32_t seller, std::int64_t now_s) {
    std::string code = "ROW_" + random_.token(36);
    codes_[code] = {app.key, seller, now_s + k_code_life_s};
    return code;
}

std::string Registry::write(const TokenFacts& facts) const {
    const std::string plain = fmt::format("{}.{}.{}.{}.{}", facts.refresh ? "r" : "a", facts.generation, facts.open_id,
                                          facts.expires_s, facts.app_key);
    return "ROW_" + base::base64url(plain) + "_" + keyed(key_, plain, 18);
}

std::optional<TokenFacts> Registry::read(std::string_view token) const {
    const std::size_t signature = 24;  // 18 bytes in base64url
    if (!token.starts_with("ROW_") || token.size() < 5 + signature) return std::nullopt;
    const std::string_view body = token.substr(4, token.size() - 5 - signature);
    const auto plain = base::parse_base64url(body);
    if (!plain || token[4 + body.size()] != '_' ||
        !base::constant_time_equal(keyed(key_, *plain, 18), token.substr(token.size() - signature)))
        return std::nullopt;
    const auto part = base::split(*plain, '.');
    TokenFacts facts;
    if (part.size() != 5 || !number(part[1], facts.generation) || !number(part[2], facts.open_id) ||
        !number(part[3], facts.expires_s))
        return std::nullopt;
    facts.refresh = part[0] == "r";
    facts.app_key = part[4];
    return facts;
}

Authorisation* Registry::of_token(App& app, const TokenFacts& facts, std::uint32_t& seller) {
    const auto found = std::ranges::find(world_.sellers(), facts.open_id, &Seller::open_id);
    if (found == world_.sellers().end()) return nullptr;
    seller = static_cast<std::uint32_t>(found - world_.sellers().begin());
    const auto [entry, fresh] = authorisations_.try_emplace({app.key, seller});
    if (fresh) {
        entry->second.scopes = app.scopes;
        for (const std::uint32_t shop : found->shops) entry->second.shops.insert(world_.shops()[shop].id);
        entry->second.generation = facts.generation;
        entry->second.refresh_expires_s = facts.refresh ? facts.expires_s : 0;
    }
    // A sandbox that was started again learns of newer tokens when it sees them.
    entry->second.generation = std::max(entry->second.generation, facts.generation);
    return &entry->second;
}

TokenPair Registry::issue(const App& app, std::uint32_t seller, Authorisation& authorisation, std::int64_t now_s) {
    ++authorisation.generation;
    authorisation.newest_used = false;
    const std::uint64_t open_id = world_.sellers()[seller].open_id;
    TokenPair tokens;
    tokens.access_expires_s = now_s + app.access_life_s;
    tokens.refresh_expires_s = now_s + app.refresh_life_s;
    authorisation.refresh_expires_s = tokens.refresh_expires_s;
    tokens.access = write({false, authorisation.generation, open_id, app.key, tokens.access_expires_s});
    tokens.refresh = write({true, authorisation.generation, open_id, app.key, tokens.refresh_expires_s});
    return tokens;
}

std::optional<Refusal> Registry::exchange_code(App& app, std::string_view code, std::int64_t now_s, TokenPair& tokens,
                                               Caller& caller) {
    const auto found = codes_.find(code);
    if (found == codes_.end() || found->second.app_key != app.key)
        return Refusal{36004004, "Auth code is invalid or was used before."};
    const Code known = found->second;
    codes_.erase(found);
    if (known.expires_s <= now_s) return Refusal{36004004, "Auth code is expired."};
    Authorisation& authorisation = authorisations_[{app.key, known.seller}];
    authorisation.scopes = app.scopes;
    for (const std::uint32_t shop : world_.sellers()[known.seller].shops)
        authorisation.shops.insert(world_.shops()[shop].id);
    tokens = issue(app, known.seller, authorisation, now_s);
    caller = {&app, known.seller, &authorisation};
    return std::nullopt;
}

std::optional<Refusal> Registry::refresh(App& app, std::string_view token, std::int64_t now_s, TokenPair& tokens,
                                         Caller& caller) {
    Refusal none{36004005, "No authorization record matches this refresh token."};
    const auto facts = read(token);
    if (!facts || !facts->refresh || facts->app_key != app.key) return none;
    std::uint32_t seller = 0;
    Authorisation* authorisation = of_token(app, *facts, seller);
    if (authorisation == nullptr || facts->generation <= authorisation->revoked_through || authorisation->shops.empty())
        return none;
    if (facts->expires_s <= now_s || facts->generation <= authorisation->refresh_expired_through)
        return Refusal{36004001, "rt has expired"};
    const bool newest = facts->generation == authorisation->generation;
    const bool spared = app.old_refresh_token == OldRefreshToken::until_new_is_used && !authorisation->newest_used &&
                        facts->generation + 1 == authorisation->generation;
    if (!newest && !spared) return none;
    if (spared) --authorisation->generation;  // The pair that nobody received is replaced by this one.
    tokens = issue(app, seller, *authorisation, now_s);
    caller = {&app, seller, authorisation};
    return std::nullopt;
}

std::optional<Refusal> Registry::check_access(App& app, std::string_view token, std::int64_t now_s, Caller& caller) {
    const auto facts = read(token);
    if (!facts || facts->refresh || facts->app_key != app.key) return Refusal{105001, "Access token is invalid."};
    std::uint32_t seller = 0;
    Authorisation* authorisation = of_token(app, *facts, seller);
    if (authorisation == nullptr || facts->generation <= authorisation->revoked_through || authorisation->shops.empty())
        return Refusal{105001, "Access token is invalid: the authorization was withdrawn."};
    if (facts->expires_s <= now_s || facts->generation <= authorisation->access_expired_through)
        return Refusal{105002, "Access token is expired."};
    if (facts->generation == authorisation->generation) authorisation->newest_used = true;
    caller = {&app, seller, authorisation};
    return std::nullopt;
}

std::string Registry::cipher(const App& app, const Shop& shop) const {
    return "ROW_" + keyed(key_, fmt::format("cipher {} {}", app.key, shop.id), 18);
}

const Shop* Registry::shop_of_cipher(const App& app, std::string_view cipher) const {
    for (std::size_t& known = ciphered_shops_[app.key]; known < world_.shops().size(); ++known)
        ciphers_[{app.key, this->cipher(app, world_.shops()[known])}] = static_cast<std::uint32_t>(known);
    const auto found = ciphers_.find({app.key, std::string(cipher)});
    return found == ciphers_.end() ? nullptr : &world_.shops()[found->second];
}

Authorisation* Registry::find(const App& app, std::uint32_t seller) {
    const auto found = authorisations_.find({app.key, seller});
    if (found == authorisations_.end() || found->second.shops.empty()) return nullptr;
    return &found->second;
}

bool Registry::deauthorise(const App& app, std::uint32_t seller, std::vector<std::uint64_t>& shops) {
    Authorisation* authorisation = find(app, seller);
    if (authorisation == nullptr) return false;
    shops.assign(authorisation->shops.begin(), authorisation->shops.end());
    authorisation->shops.clear();
    authorisation->revoked_through = authorisation->generation;
    return true;
}

}  // namespace sandbox::tiktok
