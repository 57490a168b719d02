#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/person.h"

namespace db {

Result<std::vector<model::Person>> list_people(Reader& reader);         // By name, disabled last.
Result<model::Person> find_person(Reader& reader, model::PersonId id);  // Or not_found.
Result<std::optional<model::Person>> find_person_by_login(Reader& reader, std::string_view folded_login);
Result<std::int64_t> count_people(Reader& reader);
// Not disabled, with that role.
Result<std::int64_t> count_active(Reader& reader, model::Role role);
// Sets id, created_at, version. conflict "person.exists" when the login is taken. password_hash: PHC string, may be
// empty (cannot sign in by password).
Result<model::Person> add_person(Tx& tx, model::Person person, std::string_view password_hash);
// Name, role, stores, disabled, preferences; conflict "person.changed" on another version.
Result<model::Person> save_person(Tx& tx, model::Person person);
Result<void> note_person_seen(Tx& tx, model::PersonId id, base::Time at);

// PHC string; not a Secret, since it is a slow hash, but never shown.
Result<std::string> load_password_hash(Reader& reader, model::PersonId id);
Result<void> save_password_hash(Tx& tx, model::PersonId id, std::string_view phc);

// Second factor. An empty secret removes it; second_factor of the person follows `confirmed`.
Result<base::Secret> load_totp(Reader& reader, model::PersonId id);  // Empty when none.
Result<void> save_totp(Tx& tx, model::PersonId id, const base::Secret& secret, bool confirmed);
// True when this 30-second step was not used before by this person (then it is now): a code works once, on every
// instance (AUTH-7). Old steps go.
Result<bool> use_totp_step(Tx& tx, model::PersonId id, std::int64_t step);

// Recovery codes, stored as hashes of 32 bytes. Replaces all.
Result<void> save_recovery_codes(Tx& tx, model::PersonId id, const std::vector<std::string>& hashes);
// True when the code existed and was not used (then it is now).
Result<bool> use_recovery_code(Tx& tx, model::PersonId id, std::string_view hash);
Result<std::int64_t> count_recovery_codes(Reader& reader, model::PersonId id);

}  // namespace db
