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

// Apps, the sellers' consent, and tokens (open.lazada.com, "Seller authorization introduction", "System API").
namespace sandbox::lazada {

// Groups of calls that an app is given.
inline constexpr std::string_view k_group_order = "Order";
inline constexpr std::string_view k_group_return = "Return and Refund";
inline constexpr std::string_view k_group_seller = "Seller";
inline constexpr std::string_view k_group_chat = "IM";

struct App {
    std::string key;
    std::string secret;
    std::string redirect_url;
    std::string webhook_url;  // One for each app; empty: none.
    std::set<std::string, std::less<>> groups;
    std::set<std::string, std::less<>> allowed_addresses;  // Callers' addresses; empty: all (AppWhiteIpLimit).
    std::int64_t access_life_s = 7 * 86'400;               // Of an app in status "Test".
    std::int64_t refresh_life_s = 30 * 86'400;
    bool market_only = false;             // Of the service market: its tokens cannot be refreshed.
    bool text_for_booleans = false;       // Answers write "false" for false.
    bool seconds_and_ms_swapped = false;  // In webhooks.
};

// One seller's consent to one app. The refresh token's end does not move when it is used.
struct Authorisation {
    std::string access;
    std::string refresh;
    std::int64_t access_expires_s = 0;
    std::int64_t refresh_expires_s = 0;
    std::int64_t last_notice_day = 0;                    // Of webhook 8.
    std::int64_t since_s = 0;                            // Of the seller's consent.
    std::map<std::uint64_t, std::int64_t> chats_read_s;  // By shop: when the list was read from its start.
    bool void_ = true;
};

struct Refusal {
    std::string_view code;
    std::string message;
};

// Whose call it is.
struct Caller {
    App* app = nullptr;
    std::uint32_t seller = 0;
    Authorisation* authorisation = nullptr;
};

class Registry {
  public:
    Registry(World& world, std::uint64_t seed);

    App& add_app(std::string redirect_url);
    App* find_app(std::string_view key);
    std::map<std::string, App, std::less<>>& apps() { return apps_; }

    // The seller accepted: a single-use code, good for 30 minutes.
    std::string give_code(const App& app, std::uint32_t seller, std::int64_t now_s);
    std::optional<Refusal> exchange_code(App& app, std::string_view code, std::int64_t now_s, Caller& caller);
    std::optional<Refusal> refresh(App& app, std::string_view token, std::int64_t now_s, Caller& caller);
    std::optional<Refusal> check_access(App& app, std::string_view token, std::int64_t now_s, Caller& caller);

    // (app key, seller)
    using Authorisations = std::map<std::pair<std::string, std::uint32_t>, Authorisation>;
    Authorisations& authorisations() { return authorisations_; }
    // nullptr where the seller has not agreed, or no longer does.
    Authorisation* find(const App& app, std::uint32_t seller);

  private:
    struct Code {
        std::string app_key;
        std::uint32_t seller = 0;
        std::int64_t expires_s = 0;
    };
    void issue(const App& app, Authorisation& authorisation, std::int64_t now_s);

    World& world_;
    base::SeededRandom random_;
    std::map<std::string, App, std::less<>> apps_;
    std::map<std::string, Code, std::less<>> codes_;
    Authorisations authorisations_;
};

}  // namespace sandbox::lazada
