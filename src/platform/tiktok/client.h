#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/random.h"
#include "platform/connector.h"
#include "platform/rate_limiter.h"
#include "platform/tiktok/endpoints.h"
#include "platform/tiktok/envelope.h"
#include "platform/tiktok/signer.h"

namespace platform::tiktok {

// TikTok Shop's Partner API over `http`. References must outlive it.
class Client final : public Connector {
  public:
    // `pause` sleeps; tests move a clock instead. It should return early when the process stops.
    Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
           std::function<void(base::Duration)> pause);

    base::Time now(const model::App& app) const override { return platform_now(app.api_base); }
    std::string authorisation_link(const model::App& app, std::string_view state) const override;
    Answer<Grant> exchange(const AppAccess& app, const base::EgressProfile& egress, std::string_view code) override;
    Answer<Grant> refresh(const AppAccess& app, const base::EgressProfile& egress,
                          const base::Secret& refresh_token) override;
    Answer<Receipt> revoke(const StoreAccess& store) override;
    Answer<std::vector<Shop>> shops(const StoreAccess& store) override;
    Answer<StatusReport> shop_status(const StoreAccess& store, std::string_view shop_ext_id) override;
    Answer<OrderPage> search_orders(const StoreAccess& store, const OrderQuery& query) override;
    Answer<OrderPage> orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) override;
    Answer<std::vector<Subscription>> subscriptions(const StoreAccess& store) override;
    Answer<Receipt> subscribe(const StoreAccess& store, const Subscription& subscription) override;
    Answer<Receipt> unsubscribe(const StoreAccess& store, std::string_view topic) override;
    std::vector<std::string> topics() const override;
    bool verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature) const override;
    base::Result<Hint> parse_webhook(std::string_view raw_body) const override;

    // Tries of one read in all; of one whose answer did not come at all; and the longest single wait inside a call;
    // longer ones are the caller's business.
    static constexpr int k_read_tries = 5;
    static constexpr int k_silent_tries = 2;
    static constexpr std::int64_t k_longest_wait_ms = 10'000;
    // No new try after this many milliseconds.
    static constexpr std::int64_t k_call_budget_ms = 45'000;

  private:
    struct Call {
        const Endpoint& endpoint;
        Params params = {};
        std::string body = {};  // The very bytes that are signed and sent.
    };
    // One call with rate limit, tries and fresh signature for each.
    Answer<Envelope> call(const StoreAccess& store, const Call& call);
    Answer<Envelope> attempt(const StoreAccess& store, const Call& call);
    base::HttpRequest signed_request(const StoreAccess& store, const Call& call) const;
    Answer<Grant> token_call(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                             std::string_view grant_type, std::string_view name, std::string_view value);
    // The marketplace's time by our clock: from the Date header of its answers.
    base::Time platform_now(const std::string& api_base) const;
    // True when the estimate moved by more than the tolerance of timestamps allows for.
    bool learn_time(const std::string& api_base, const base::HttpAnswer& answer);

    base::HttpClient& http_;
    const base::Clock& clock_;
    base::Random& random_;
    std::function<void(base::Duration)> pause_;
    RateLimiter limiter_;
    mutable std::mutex mutex_;
    std::map<std::string, std::int64_t> offset_ms_;  // By API host.
};

}  // namespace platform::tiktok
