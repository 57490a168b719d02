#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/crypto.h"
#include "base/key_source.h"
#include "base/random.h"
#include "base/result.h"
#include "db/columns.h"
#include "model/ids.h"

namespace db {

using base::Code;
using base::fail;
using base::Result;

// Data-encryption keys (DEKs), one for each (purpose, scope), wrapped by the KEK
// (docs/adr/0005-keys-and-search-tokens.md). They live in two SQLite files of the data folder, never in PostgreSQL:
// keys.db, and pii-keys.db for the keys whose destruction is the deletion of buyer data; the latter has a short backup
// life of its own. A key is durable before anything is sealed with it. Several processes may use the files at once.
namespace purpose {
inline constexpr std::string_view token = "token";        // scope: store
inline constexpr std::string_view proxy = "proxy";        // scope: store
inline constexpr std::string_view app = "app";            // scope: app
inline constexpr std::string_view totp = "totp";          // scope: person
inline constexpr std::string_view signing = "signing";    // scope: what is signed ("log", "export")
inline constexpr std::string_view mail = "mail";          // scope: empty or store
inline constexpr std::string_view outbox = "outbox";      // scope: store
inline constexpr std::string_view one_time = "one_time";  // scope: kind of token
inline constexpr std::string_view audit = "audit";        // scope: yyyymm
inline constexpr std::string_view digest = "digest";  // scope: store; keyed hashes that tell whether content changed
// In pii-keys.db:
inline constexpr std::string_view pii = "pii";      // scope: store/yyyymm of collection (month_scope)
inline constexpr std::string_view index = "index";  // scope: yyyymm; search tokens
}  // namespace purpose

// "s_7/202611": the scope of buyer data of a store collected at that time.
std::string month_scope(model::StoreId store, base::Time collected_at);

struct Key {
    std::uint32_t id = 0;
    base::Secret secret;
};

// Threads: any.
class Keys {
  public:
    static Result<std::unique_ptr<Keys>> open(const std::string& data_dir, base::KeySource& source,
                                              base::KeySource* next_source, const base::Clock& clock,
                                              base::Random& random);
    ~Keys();

    // Uuid of the installation; the main database holds the same.
    const std::string& installation() const;

    // The key of (purpose, scope), made and stored when there is none.
    Result<std::shared_ptr<const Key>> get(std::string_view purpose, std::string_view scope);
    // Makes those of (purpose, scope) that are missing, all in one transaction; returns how many. Making a key by get()
    // waits for the disk several times, which at the turn of a month would come for all stores at once.
    Result<std::size_t> prepare(const std::vector<std::pair<std::string_view, std::string>>& wanted);
    // As get(), but not_found where there is none.
    Result<std::shared_ptr<const Key>> find(std::string_view purpose, std::string_view scope);
    // A key by the id that a ciphertext names; not_found "db.key_destroyed" when it was destroyed.
    Result<std::shared_ptr<const Key>> find(std::uint32_t id);

    // Seals `plain` under the key of (purpose, scope) for this place. Empty stays empty (a NULL-like value that needs
    // no key): callers that must hide emptiness pad.
    Result<std::string> seal(std::string_view purpose, std::string_view scope, const base::Place& place,
                             std::string_view plain);
    // Opens with the key that the ciphertext names.
    Result<std::string> open(std::string_view sealed, const base::Place& place);
    Result<base::Secret> open_secret(std::string_view sealed, const base::Place& place);

    // Removes keys for good (overwritten on disk, wiped in memory): what was sealed with them is gone. Not found is
    // fine.
    Result<void> destroy(std::string_view purpose, std::string_view scope);
    // All keys of this store, of every purpose and month (disconnect, DP-7).
    Result<void> destroy_store(model::StoreId store);
    // pii and index keys of collection months before `month` ("202608"): how many there are, and their destruction.
    Result<std::size_t> count_months_before(std::string_view month);
    Result<std::size_t> destroy_months_before(std::string_view month);

    // Wraps every key by the new KEK, in one transaction over both files. The caller keeps both KEKs until it returns.
    // Number of keys.
    Result<std::size_t> rotate_kek(base::KeySource::Kek next);

    struct State;

  private:
    explicit Keys(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace db
