#pragma once

#include <string>
#include <string_view>

#include "base/http_client.h"
#include "ingest/context.h"
#include "model/exit.h"

namespace ingest {

// Settings of the installation, JSON texts.
namespace setting {
// The address service that the owner named: an https address (or http on loopback) that answers a GET with the address
// the call came from. Empty or absent: nobody is asked.
inline constexpr std::string_view exit_service = "network.exit_service";
}  // namespace setting
base::Result<std::string> exit_service(db::Reader& reader);

struct SeenFrom {
    std::string address;  // As inet_ntop writes it.
    std::string country;  // Two capital letters or empty.
};
// What an address service answers: the bare address, or a JSON object with it in "ip", "address", "origin" or "query"
// and, where it tells, the country in "country_code", "countryCode", "country" or "cc" (only two letters are taken).
// invalid_input "network.exit_unreadable" for anything else. Pure.
base::Result<SeenFrom> read_seen_from(std::string_view body);

// The new row after a look that succeeded; `changed_at` moves only when another address was seen through the same way
// out. Pure.
model::Exit after_look(model::Exit before, const SeenFrom& seen, std::string_view proxy, base::Time now);

// Finds out which address each store really leaves from: asks the owner's address service through the store's own way
// out. Raises an alert when the country changes, or when two stores with different ways out turn out to have one
// address. Threads: any.
class Exits {
  public:
    explicit Exits(const Context& context) : context_(context) {}

    // Looks now and saves what was found; a failed look is saved too and is no error. precondition_failed
    // "network.no_service" when the owner named none, "store.not_connected", not_found.
    base::Result<model::Exit> look(model::StoreId store);
    // Looks at some of the stores that were not looked at for an hour; true: more are waiting.
    base::Result<bool> run();

    static constexpr base::Duration k_interval = base::hours(1);
    static constexpr std::size_t k_at_a_time = 16;
    static constexpr int k_timeout_ms = 10'000;

  private:
    base::Result<model::Exit> save(model::StoreId store, const std::string& proxy,
                                   const base::Result<base::HttpAnswer>& answer);

    const Context& context_;
};

}  // namespace ingest
