#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "ingest/context.h"
#include "model/store.h"
#include "platform/credentials.h"

namespace ingest {

// Connects stores by the marketplace's own authorisation page (API-5). Threads: any.
class Connect {
  public:
    // `stores_changed` is called after stores or their connections were changed.
    Connect(const Context& context, std::function<void()> stores_changed);

    struct Begin {
        model::AppId app;
        // The store to be connected. Its proxy is the way out from the first call on. 0: a new one is made.
        model::StoreId slot;
        std::string session;  // Any text that only this signed-in session has; compared when the browser returns.
        model::PersonId person;
        std::string region;  // Expected, ISO 3166 alpha-2; empty: any.
    };
    // The address for the browser. The state in it is good once, for k_state_life, in this session.
    base::Result<std::string> begin(const Begin& begin);

    struct Outcome {
        std::vector<model::StoreId> connected;
        std::vector<model::StoreId> held;  // A person must confirm them.
        // Why, empty when nothing is held: store.no_state (nobody here began it), store.other_shop, store.other_region,
        // store.other_seller, store.confirm_seller_type, store.no_shop (authorised, but the marketplace has not
        // released a shop yet: confirm() asks again).
        std::string hold_reason;
    };
    using Together = std::function<base::Result<void>(db::Tx& tx, const Outcome& saved)>;

    struct Callback {
        model::Platform platform = model::Platform::tiktok_shop;
        std::string code;
        std::string state;    // Empty: the seller came from the marketplace's own app store.
        std::string error;    // As the marketplace calls it.
        std::string app_key;  // Optional; tells apps apart when there is no state.
        std::string session;
        model::PersonId person;
        // As platform::Consent.
        std::string shop_ext_id = {};
        std::string main_account_id = {};
        // Runs in the transaction that saves the stores; its error is returned, and then nothing is saved.
        Together together = {};
    };
    // Errors by key: connect.denied (the seller said no), connect.state_unknown (used, expired, or another session's:
    // begin again), connect.app_unknown, connect.code_refused, connect.not_a_seller, platform.…
    base::Result<Outcome> complete(const Callback& callback);

    // "This is our store": what was held is connected. For a store without a shop, the shops are asked for again.
    base::Result<Outcome> confirm(model::StoreId store, model::PersonId person);
    // Ends the connection: plans the revocation at the marketplace; tokens go when it is done, within a minute.
    base::Result<void> disconnect(model::StoreId store, model::PersonId person);

    static constexpr base::Duration k_state_life = base::minutes(10);
    // Right after consent the list of shops may still be empty.
    static constexpr int k_shop_tries = 3;
    static constexpr base::Duration k_shop_pause = base::seconds(2);

  private:
    // What was begun here, or what came without a beginning.
    struct Ticket {
        model::AppId app;
        model::StoreId slot;
        std::string region;
        model::PersonId person;
        std::string hold_reason;
    };
    base::Result<Ticket> redeem(const Callback& callback);
    base::Result<platform::Credentials> first_credentials(const Ticket& ticket);
    base::Result<std::vector<platform::Shop>> list_shops(platform::Connector& connector,
                                                         const platform::Credentials& credentials);
    base::Result<Outcome> save(const Ticket& ticket, const platform::Grant& grant,
                               const std::vector<platform::Shop>& shops, const Together& together);
    base::Result<Outcome> save_in(db::Tx& tx, const Ticket& ticket, const platform::Grant& grant,
                                  const std::vector<platform::Shop>& shops);

    const Context& context_;
    std::function<void()> stores_changed_;
};

// What a connection brings with it: event, streams, subscriptions, audit entry; alerts about its absence end.
base::Result<void> activate(db::Tx& tx, const Context& context, const model::Store& store, model::PersonId person);

// Plans the subscription to all topics of the marketplace, sent by the outbox. Nothing when there is no public address.
base::Result<void> plan_subscriptions(db::Tx& tx, const Context& context, const model::Store& store);

// IANA zone of a market's shops; empty when it has several or is unknown.
std::string_view zone_of_region(std::string_view region);

}  // namespace ingest
