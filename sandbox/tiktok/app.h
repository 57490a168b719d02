#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.h"
#include "sandbox/world/world.h"

// Apps, the sellers' consent, and tokens (Partner Center page authorization-overview-202407).
namespace sandbox::tiktok {

// What one may ask of the seller.
inline constexpr std::string_view k_scope_authorization = "seller.authorization.info";
inline constexpr std::string_view k_scope_shop = "seller.shop.info";
inline constexpr std::string_view k_scope_order = "seller.order.info";
inline constexpr std::string_view k_scope_product = "seller.product.basic";
inline constexpr std::string_view k_scope_return = "seller.return_refund.basic";
inline constexpr std::string_view k_scope_customer_service = "seller.customer_service";

// Whether the refresh token that was just used can be used again. The documents do not say what the platform does.
enum class OldRefreshToken {
    spent,              // At once: the default.
    until_new_is_used,  // Works until the access token it was exchanged for is used for the first time.
};

struct App {
    std::string key;
    std::string secret;
    std::string service_id;
    std::string redirect_url;
    std::string webhook_url;  // App-wide (Partner Center); empty: none.
    std::set<std::string, std::less<>> scopes;
    std::set<std::string, std::less<>> allowed_addresses;  // Callers' addresses; empty: all (36009033).
    std::int64_t access_life_s = 7 * 86'400;
    std::int64_t refresh_life_s = 358 * 86'400;
    OldRefreshToken old_refresh_token = OldRefreshToken::spent;
};

// One seller's consent to one app. A token names its authorisation and a generation, so that expiring or revoking is a
// matter of comparing numbers.
struct Authorisation {
    std::set<std::string, std::less<>> scopes;
    std::set<std::uint64_t> shops;  // Ids; shrinks when a shop is taken out.
    std::uint32_t generation = 0;   // Of the newest tokens.
    std::uint32_t revoked_through = 0;
    std::uint32_t access_expired_through = 0;
    std::uint32_t refresh_expired_through = 0;
    bool newest_used = true;
    std::int64_t refresh_expires_s = 0;
    std::int64_t last_notice_day = 0;  // Of webhook 7.
};

struct TokenFacts {
    bool refresh = false;
    std::uint32_t generation = 0;
    std::uint64_t open_id = 0;
    std::string app_key;
    std::int64_t expires_s = 0;
};

// Whose call it is.
struct Caller {
    App* app = nullptr;
    std::uint32_t seller = 0;
    Authorisation* authorisation = nullptr;
};

// Error codes: Partner Center page common-errors; those of tokens as reported to EcomPHP/tiktokshop-php (pull 15).
// 0 is success.
struct Refusal {
    int code = 0;
    std::string message;
};

struct TokenPair {
    std::string access;
    std::int64_t access_expires_s = 0;
    std::string refresh;
    std::int64_t refresh_expires_s = 0;
};

class Registry {
  public:
    Registry(World& world, std::uint64_t seed);

    App& add_app(std::string redirect_url);
    App* find_app(std::string_view key);
    App* find_service(std::string_view service_id);
    std::vector<App*> apps();

    // The seller accepted: a single-use code, good for 30 minutes.
    std::string give_code(App& app, std::uint32_t seller, std::int64_t now_s);
    // Code or refresh token against tokens; a Refusal where the documents name one.
    std::optional<Refusal> exchange_code(App& app, std::string_view code, std::int64_t now_s, TokenPair& tokens,
                                         Caller& caller);
    std::optional<Refusal> refresh(App& app, std::string_view token, std::int64_t now_s, TokenPair& tokens,
                                   Caller& caller);
    std::optional<Refusal> check_access(App& app, std::string_view token, std::int64_t now_s, Caller& caller);

    // Opaque, and different for each app and shop.
    std::string cipher(const App& app, const Shop& shop) const;
    const Shop* shop_of_cipher(const App& app, std::string_view cipher) const;

    // nullptr when this seller never agreed, or took everything back.
    Authorisation* find(const App& app, std::uint32_t seller);
    // Takes a whole consent back (true), and what it covered into `shops`.
    bool deauthorise(const App& app, std::uint32_t seller, std::vector<std::uint64_t>& shops);

    // All consents, for control and the notices before expiry.
    std::map<std::pair<std::string, std::uint32_t>, Authorisation>& authorisations() { return authorisations_; }

  private:
    TokenPair issue(const App& app, std::uint32_t seller, Authorisation& authorisation, std::int64_t now_s);
    std::string write(const TokenFacts& facts) const;
    std::optional<TokenFacts> read(std::string_view token) const;
    // The authorisation a token belongs to. A sandbox that was started again with the same seed finds it in the token.
    Authorisation* of_token(App& app, const TokenFacts& facts, std::uint32_t& seller);

    struct Code {
        std::string app_key;
        std::uint32_t seller = 0;
        std::int64_t expires_s = 0;
    };

    World& world_;
    std::string key_;  // Of this seed: tokens and ciphers are made with it.
    base::SeededRandom random_;
    std::map<std::string, App, std::less<>> apps_;
    std::map<std::string, Code, std::less<>> codes_;
    // (app key, cipher) -> index of the shop; grows with the shops.
    mutable std::map<std::pair<std::string, std::string>, std::uint32_t> ciphers_;
    mutable std::map<std::string, std::size_t> ciphered_shops_;
    std::map<std::pair<std::string, std::uint32_t>, Authorisation> authorisations_;
};

}  // namespace sandbox::tiktok
