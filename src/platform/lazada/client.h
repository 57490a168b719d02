#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/random.h"
#include "platform/call_runner.h"
#include "platform/chats.h"
#include "platform/connector.h"
#include "platform/lazada/endpoints.h"
#include "platform/lazada/envelope.h"
#include "platform/lazada/market.h"
#include "platform/lazada/normalise.h"
#include "platform/lazada/signer.h"
#include "platform/returns.h"
#include "platform/server_clock.h"

namespace platform::lazada {

// Lazada Open Platform over `http`. References must outlive it. Rates are kept for each store and call; the
// marketplace publishes none but those of stock, and tells by refusing.
class Client final : public Connector, public ChatCalls, public ReturnCalls {
  public:
    // `pause` sleeps; tests move a clock instead. It should return early when the process stops.
    Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
           std::function<void(base::Duration)> pause);

    base::Time now(const model::App& app) const override { return server_clock_.now(app.api_base); }
    Pace pace() const override;
    Addresses addresses() const override;
    std::vector<std::string> origins(const model::App& app) const override;
    std::string authorisation_link(const AppAccess& app, std::string_view state,
                                   std::string_view return_to) const override;
    Answer<Grant> exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) override;
    Answer<Grant> refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view shop_ext_id,
                          const base::Secret& refresh_token) override;
    bool tokens_per_shop() const override { return false; }
    bool can_revoke() const override { return false; }
    Answer<Receipt> revoke(const StoreAccess& store) override;
    Answer<std::vector<Shop>> shops(const StoreAccess& store) override;
    Answer<StatusReport> shop_status(const StoreAccess& store, std::string_view shop_ext_id) override;
    Answer<OrderPage> search_orders(const StoreAccess& store, const OrderQuery& query) override;
    Answer<OrderPage> orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) override;
    Answer<std::vector<Subscription>> subscriptions(const StoreAccess& store) override;
    Answer<Receipt> subscribe(const StoreAccess& store, const Subscription& subscription) override;
    Answer<Receipt> unsubscribe(const StoreAccess& store, std::string_view topic) override;
    std::vector<std::string> topics() const override { return {}; }
    std::vector<std::string> live_topics() const override { return {}; }
    bool verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                        std::string_view address) const override;
    base::Result<Hint> parse_webhook(std::string_view raw_body) const override;

    // Cancellations are reverse orders too: one list.
    ReturnCalls* returns() override { return this; }
    std::vector<ReturnList> lists() const override { return {ReturnList::returns}; }
    base::Duration widest_window() const override { return base::days(15); }
    Answer<ReturnPage> search_returns(const StoreAccess& store, ReturnList list, const OrderQuery& query) override;
    Answer<ReturnPage> find_return(const StoreAccess& store, ReturnList list, std::string_view ext_id) override;

    // The most that /orders/get and /orders/items/get give for one call, and the largest offset of the first.
    static constexpr int k_page_size = 100;
    static constexpr std::size_t k_items_at_once = 50;
    static constexpr std::int64_t k_largest_offset = 5'000;

    ChatCalls* chats() override { return this; }
    ChatPace chat_pace() const override;
    Answer<ChatPage> conversations(const StoreAccess& store, std::string_view page_token) override;
    Answer<MessagePage> messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                 std::string_view page_token) override;

  private:
    struct Call {
        const Endpoint& endpoint;
        Params params = {};
    };
    // One call with rate limit, tries and fresh signature for each. contract when the store's region is no market.
    Answer<Envelope> call(const StoreAccess& store, const Call& call);
    Answer<Envelope> attempt(const StoreAccess& store, const Market& market, const Call& call);
    // Adds the parameters that every request has, and the signature.
    void sign_params(const AppAccess& app, std::string_view path, Params& params) const;
    base::HttpRequest token_request(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                                    std::string_view name, std::string_view value) const;
    Answer<Grant> token_call(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                             std::string_view name, std::string_view value);
    // Names of the shops as their own markets tell them; one that cannot be read stays empty.
    void fill_names(const AppAccess& app, const base::EgressProfile& egress, Grant& grant);
    // The items of these orders. `documents` keeps alive what the result points into.
    Answer<Items> items_of(const StoreAccess& store, const std::vector<std::string>& ids,
                           std::vector<base::JsonDocument>& documents);

    base::HttpClient& http_;
    const base::Clock& clock_;
    ServerClock server_clock_;
    CallRunner runner_;
};

}  // namespace platform::lazada
