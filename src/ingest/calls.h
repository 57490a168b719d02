#pragma once

#include <functional>
#include <memory>

#include "base/result.h"
#include "ingest/context.h"
#include "ingest/tokens.h"
#include "platform/credentials.h"

namespace ingest {

// Everything for calls in a store's name, read in one snapshot. precondition_failed "store.no_app" when its app or the
// app's secret is missing.
base::Result<platform::Credentials> load_credentials(db::Reader& reader, model::StoreId id);

// Runs calls in a store's name and takes care of what every call may meet: an expired token is refreshed once and the
// call repeated; a lost authorisation is found out by a refresh and noted. Threads: any.
class StoreCalls {
  public:
    StoreCalls(const Context& context, Tokens& tokens) : context_(context), tokens_(tokens) {}

    // fn(Connector&, const Credentials&) -> platform::Answer<T>; it may run twice. Result<T>: errors as
    // platform::to_error makes them, and precondition_failed "store.not_connected" when the store has no connection.
    template <class F>
    auto run(model::StoreId id, F&& fn) {
        using T = typename std::invoke_result_t<F&, platform::Connector&, const platform::Credentials&>::value_type;
        std::optional<T> value;
        const auto done =
            run_erased(id,
                       [&](platform::Connector& connector,
                           const platform::Credentials& credentials) -> std::optional<platform::CallError> {
                           auto answer = fn(connector, credentials);
                           if (!answer) return std::move(answer).error();
                           value.emplace(std::move(*answer));
                           return std::nullopt;
                       });
        return done ? base::Result<T>(std::move(*value)) : std::unexpected(done.error());
    }

  private:
    using Call = std::function<std::optional<platform::CallError>(platform::Connector&, const platform::Credentials&)>;
    base::Result<void> run_erased(model::StoreId id, const Call& call);

    const Context& context_;
    Tokens& tokens_;
};

}  // namespace ingest
