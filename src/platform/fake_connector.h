#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/connector.h"

namespace platform {

// For tests of the rooms that call a marketplace: each call is a function that the test sets. A call that no test
// expects answers contract.
class FakeConnector final : public Connector {
  public:
    std::function<Answer<Grant>(std::string_view code)> on_exchange;
    std::function<Answer<Grant>(const base::Secret& refresh_token)> on_refresh;
    std::function<Answer<Receipt>(const StoreAccess&)> on_revoke;
    std::function<Answer<std::vector<Shop>>(const StoreAccess&)> on_shops;
    std::function<Answer<StatusReport>(const StoreAccess&, std::string_view)> on_status;
    std::function<Answer<OrderPage>(const StoreAccess&, const OrderQuery&)> on_search;
    std::function<Answer<OrderPage>(const StoreAccess&, const std::vector<std::string>&)> on_orders;
    std::function<Answer<std::vector<Subscription>>(const StoreAccess&)> on_subscriptions;
    std::function<Answer<Receipt>(const StoreAccess&, const Subscription&)> on_subscribe;
    std::function<Answer<Receipt>(const StoreAccess&, std::string_view)> on_unsubscribe;
    std::function<bool(std::string_view body, std::string_view signature)> on_verify;
    std::function<base::Result<Hint>(std::string_view body)> on_parse;
    std::function<base::Time()> on_now;
    std::function<Answer<LostWebhooks>()> on_lost;
    std::function<Answer<Receipt>(std::string_view up_to)> on_confirm;
    std::vector<std::string> topic_names = {"ORDER"};
    Pace tempo = {.renew_before = base::hours(24),
                  .poll = base::minutes(5),
                  .poll_at_first = base::seconds(15),
                  .poll_missed = base::minutes(1),
                  .oldest_webhook = base::hours(16)};
    ChatCalls* chat_calls = nullptr;
    bool own_tokens = false;
    bool revocable = true;

    base::Time now(const model::App&) const override { return on_now ? on_now() : base::Time{}; }
    Pace pace() const override { return tempo; }
    Addresses addresses() const override { return {"https://c.example", "https://a.example", "https://t.example"}; }
    std::string authorisation_link(const AppAccess& access, std::string_view state, std::string_view) const override {
        return access.app.consent_base + "?state=" + std::string(state);
    }
    Answer<Grant> exchange(const AppAccess&, const base::EgressProfile&, const Consent& consent) override {
        return on_exchange ? on_exchange(consent.code) : Answer<Grant>(unexpected_call());
    }
    bool tokens_per_shop() const override { return own_tokens; }
    bool can_revoke() const override { return revocable; }
    Answer<Grant> refresh(const AppAccess&, const base::EgressProfile&, std::string_view,
                          const base::Secret& token) override {
        return on_refresh ? on_refresh(token) : Answer<Grant>(unexpected_call());
    }
    Answer<Receipt> revoke(const StoreAccess& store) override {
        return on_revoke ? on_revoke(store) : Answer<Receipt>(unexpected_call());
    }
    Answer<std::vector<Shop>> shops(const StoreAccess& store) override {
        return on_shops ? on_shops(store) : Answer<std::vector<Shop>>(unexpected_call());
    }
    Answer<StatusReport> shop_status(const StoreAccess& store, std::string_view id) override {
        return on_status ? on_status(store, id) : Answer<StatusReport>(unexpected_call());
    }
    Answer<OrderPage> search_orders(const StoreAccess& store, const OrderQuery& query) override {
        return on_search ? on_search(store, query) : Answer<OrderPage>(unexpected_call());
    }
    Answer<OrderPage> orders(const StoreAccess& store, const std::vector<std::string>& ids) override {
        return on_orders ? on_orders(store, ids) : Answer<OrderPage>(unexpected_call());
    }
    Answer<std::vector<Subscription>> subscriptions(const StoreAccess& store) override {
        return on_subscriptions ? on_subscriptions(store) : Answer<std::vector<Subscription>>(unexpected_call());
    }
    Answer<Receipt> subscribe(const StoreAccess& store, const Subscription& subscription) override {
        return on_subscribe ? on_subscribe(store, subscription) : Answer<Receipt>(unexpected_call());
    }
    Answer<Receipt> unsubscribe(const StoreAccess& store, std::string_view topic) override {
        return on_unsubscribe ? on_unsubscribe(store, topic) : Answer<Receipt>(unexpected_call());
    }
    std::vector<std::string> topics() const override { return topic_names; }
    std::vector<std::string> live_topics() const override { return topic_names; }
    bool verify_webhook(const AppAccess&, std::string_view body, std::string_view signature,
                        std::string_view) const override {
        return on_verify && on_verify(body, signature);
    }
    base::Result<Hint> parse_webhook(std::string_view body) const override {
        if (on_parse) return on_parse(body);
        return base::fail(base::Code::invalid_input, "no parser set");
    }
    Answer<LostWebhooks> lost_webhooks(const StoreAccess&) override {
        return on_lost ? on_lost() : Answer<LostWebhooks>(LostWebhooks{});
    }
    ChatCalls* chats() override { return chat_calls; }
    Answer<Receipt> confirm_lost(const StoreAccess&, std::string_view up_to) override {
        return on_confirm ? on_confirm(up_to) : Answer<Receipt>(unexpected_call());
    }

    ReturnCalls* return_calls = nullptr;  // The test's own.
    ReturnCalls* returns() override { return return_calls; }

  private:
    static std::unexpected<CallError> unexpected_call() {
        return std::unexpected(CallError{ErrorClass::contract, 0, 0, "not expected", {}, {}});
    }
};

}  // namespace platform
