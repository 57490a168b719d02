#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sandbox/world/world.h"

// The app, consents and tokens (guide "Authorization and authentication").
namespace sandbox::shopee {

struct App {
    std::string partner_id;
    std::string key;
    std::string redirect_url;  // Scheme and host that a consent may return to; empty: any.
    std::string callback_url;  // For pushes.
    std::set<int> push_on;
    bool chat_allowed = true;  // Seller In House; an ERP app gets neither chat nor push 10.
};

struct Tokens {
    std::string access;
    std::string refresh;
    std::int64_t access_expires_s = 0;
    std::int64_t refresh_expires_s = 0;
};

// What one shop has given the app.
struct Consent {
    Tokens tokens;
    std::string former_access;  // Good for five minutes after a refresh.
    std::int64_t former_until_s = 0;
    std::int64_t since_s = 0;
    std::int64_t until_s = 0;
    bool warned = false;
    bool ended = false;  // Taken back by the seller.
};

enum class TokenState { good, bad, no_consent, consent_over };

class Registry {
  public:
    Registry(World& world, std::uint64_t seed);

    App& app() { return app_; }
    // Shop ids as the marketplace shows them.
    static std::uint64_t shop_id(const Shop& shop) { return 60'010'000 + shop.number; }
    static std::uint64_t main_account_id(std::uint32_t seller) { return 70'010'000 + seller; }
    Shop* find_shop(std::string_view id);

    // A code for one shop, or for all shops of a main account.
    std::string new_code(std::optional<std::uint32_t> shop, std::uint32_t seller, std::int64_t now_s);
    // The shops that it gives; none: the code is wrong, used, too old or of another account.
    std::vector<std::uint32_t> redeem(const std::string& code, std::string_view shop_id, std::string_view account_id,
                                      std::int64_t now_s);
    // One first pair for all of them.
    const Tokens& give(const std::vector<std::uint32_t>& shops, std::int64_t now_s);
    const Tokens& renew(Consent& consent, std::int64_t now_s);
    TokenState check(const Shop& shop, std::string_view access, std::int64_t now_s) const;

    Consent* find(const Shop& shop);
    std::map<std::uint32_t, Consent>& consents() { return consents_; }

    static constexpr std::int64_t k_access_s = 4 * 3'600;
    static constexpr std::int64_t k_refresh_s = 30 * 86'400;
    static constexpr std::int64_t k_consent_s = 365 * 86'400;
    static constexpr std::int64_t k_code_s = 600;
    static constexpr std::int64_t k_former_s = 300;

  private:
    struct Code {
        std::optional<std::uint32_t> shop;
        std::uint32_t seller = 0;
        std::int64_t until_s = 0;
    };
    Tokens new_tokens(std::int64_t now_s);

    World& world_;
    base::SeededRandom random_;
    App app_;
    std::map<std::string, Code> codes_;
    std::map<std::uint32_t, Consent> consents_;  // By Shop::number.
};

}  // namespace sandbox::shopee
