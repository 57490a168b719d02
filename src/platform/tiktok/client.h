#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/json.h"
#include "base/random.h"
#include "platform/call_runner.h"
#include "platform/chats.h"
#include "platform/connector.h"
#include "platform/returns.h"
#include "platform/server_clock.h"
#include "platform/tiktok/endpoints.h"
#include "platform/tiktok/envelope.h"
#include "platform/tiktok/signer.h"

namespace platform::tiktok {

// TikTok Shop's Partner API over `http`. References must outlive it.
class Client final : public Connector, public ChatCalls, public ReturnCalls {
  public:
    // `pause` sleeps; tests move a clock instead. It should return early when the process stops.
    Client(base::HttpClient& http, const base::Clock& clock, base::Random& random,
           std::function<void(base::Duration)> pause);

    base::Time now(const model::App& app) const override { return server_clock_.now(app.api_base); }
    Pace pace() const override;
    Addresses addresses() const override;
    std::string authorisation_link(const AppAccess& app, std::string_view state,
                                   std::string_view return_to) const override;
    Answer<Grant> exchange(const AppAccess& app, const base::EgressProfile& egress, const Consent& consent) override;
    Answer<Grant> refresh(const AppAccess& app, const base::EgressProfile& egress, std::string_view shop_ext_id,
                          const base::Secret& refresh_token) override;
    bool tokens_per_shop() const override { return false; }
    bool can_revoke() const override { return true; }
    Answer<Receipt> revoke(const StoreAccess& store) override;
    Answer<std::vector<Shop>> shops(const StoreAccess& store) override;
    Answer<StatusReport> shop_status(const StoreAccess& store, std::string_view shop_ext_id) override;
    Answer<OrderPage> search_orders(const StoreAccess& store, const OrderQuery& query) override;
    Answer<OrderPage> orders(const StoreAccess& store, const std::vector<std::string>& ext_ids) override;
    Answer<std::vector<Subscription>> subscriptions(const StoreAccess& store) override;
    Answer<Receipt> subscribe(const StoreAccess& store, const Subscription& subscription) override;
    Answer<Receipt> unsubscribe(const StoreAccess& store, std::string_view topic) override;
    std::vector<std::string> topics() const override;
    std::vector<std::string> live_topics() const override { return {"ORDER_STATUS_CHANGE", "NEW_MESSAGE"}; }
    bool verify_webhook(const AppAccess& app, std::string_view raw_body, std::string_view signature,
                        std::string_view address) const override;
    base::Result<Hint> parse_webhook(std::string_view raw_body) const override;

    ChatCalls* chats() override { return this; }
    ChatPace chat_pace() const override;
    Answer<ChatPage> conversations(const StoreAccess& store, std::string_view page_token) override;
    Answer<MessagePage> messages(const StoreAccess& store, std::string_view conversation_ext_id,
                                 std::string_view page_token) override;
    ReturnCalls* returns() override { return this; }
    std::vector<ReturnList> lists() const override;
    base::Duration widest_window() const override { return base::days(30); }
    Answer<ReturnPage> search_returns(const StoreAccess& store, ReturnList list, const OrderQuery& query) override;
    Answer<ReturnPage> find_return(const StoreAccess& store, ReturnList list, std::string_view ext_id) override;

  private:
    struct Call {
        const Endpoint& endpoint;
        Params params = {};
        std::string body = {};  // The very bytes that are signed and sent.
        std::string path = {};  // Where an id is a part of it; else the endpoint's.
    };
    // One call with rate limit, tries and fresh signature for each.
    Answer<Envelope> call(const StoreAccess& store, const Call& call);
    Answer<Envelope> attempt(const StoreAccess& store, const Call& call);
    base::HttpRequest signed_request(const StoreAccess& store, const Call& call) const;
    Answer<Grant> token_call(const AppAccess& app, const base::EgressProfile& egress, std::string_view path,
                             std::string_view grant_type, std::string_view name, std::string_view value);

    base::HttpClient& http_;
    const base::Clock& clock_;
    ServerClock server_clock_;
    CallRunner runner_;
};

}  // namespace platform::tiktok
