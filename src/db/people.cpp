#include "db/people.h"

#include <charconv>

#include "base/text.h"
#include "db/columns.h"
#include "db/keys.h"

namespace db {
namespace {

// Two 30-second steps are accepted beside the current one, so a step older than this can never be offered again.
constexpr std::int64_t k_steps_kept = 10;

#define PERSON_COLUMNS                                                                                           \
    "id, login, name, role, stores, disabled, second_factor, language, time_zone, theme, density, letter_keys, " \
    "created_at, last_seen_at, version"

std::string stores_text(const std::vector<model::StoreId>& stores) {
    std::string text;
    for (const model::StoreId store : stores) {
        if (!text.empty()) text += ',';
        text += std::to_string(store.value);
    }
    return text;
}

Result<std::vector<model::StoreId>> parse_stores(std::string_view text) {
    std::vector<model::StoreId> stores;
    if (text.empty()) return stores;
    for (const std::string_view part : base::split(text, ',')) {
        model::StoreId store;
        const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), store.value);
        // A limit that cannot be read must not turn into "all stores".
        if (error != std::errc{} || end != part.data() + part.size() || store.value <= 0)
            return fail(Code::corrupt, "people.stores");
        stores.push_back(store);
    }
    return stores;
}

Result<model::Person> read_person(const Row& row) {
    model::Person person;
    person.id = row.id<model::PersonId>(0);
    person.login = row.string(1);
    person.name = row.string(2);
    const auto role = model::parse_role(row.text(3));
    if (!role) return fail(Code::corrupt, "people.role");
    person.role = *role;
    person.stores = TRY(parse_stores(row.text(4)));
    person.disabled = row.boolean(5);
    person.second_factor = row.boolean(6);
    person.language = row.string(7);
    person.time_zone = row.string(8);
    person.theme = row.string(9);
    person.density = row.string(10);
    person.letter_keys = row.boolean(11);
    person.created_at = row.time(12);
    person.last_seen_at = row.time(13);
    person.version = row.integer(14);
    return person;
}

base::Place totp_place(model::PersonId id) {
    return {column::person_totp, std::to_string(id.value), ""};
}

}  // namespace

Result<std::vector<model::Person>> list_people(Reader& reader) {
    return reader.all("SELECT " PERSON_COLUMNS " FROM people ORDER BY disabled, name, id", {}, read_person);
}

Result<model::Person> find_person(Reader& reader, model::PersonId id) {
    auto found = TRY(reader.one("SELECT " PERSON_COLUMNS " FROM people WHERE id = ?1", {id}, read_person));
    if (!found) return fail(Code::not_found, "person");
    return std::move(*found);
}

Result<std::optional<model::Person>> find_person_by_login(Reader& reader, std::string_view folded_login) {
    return reader.one("SELECT " PERSON_COLUMNS " FROM people WHERE login = ?1", {folded_login}, read_person);
}

Result<std::int64_t> count_people(Reader& reader) {
    return reader.integer("SELECT count(*) FROM people", {});
}

Result<std::int64_t> count_active(Reader& reader, model::Role role) {
    return reader.integer("SELECT count(*) FROM people WHERE role = ?1 AND disabled = 0", {model::name(role)});
}

Result<model::Person> add_person(Tx& tx, model::Person person, std::string_view password_hash) {
    if (TRY(find_person_by_login(tx, person.login))) return fail(Code::conflict, "login is taken", "person.exists");
    person.id = {TRY(tx.draw_id("person"))};
    person.created_at = tx.now();
    person.last_seen_at = {};
    person.second_factor = false;
    person.version = 1;
    TRY_VOID(tx.exec("INSERT INTO people (" PERSON_COLUMNS
                     ", password_hash, totp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, ?8, ?9, ?10, ?11, ?12, 0, 1, "
                     "?13, ?14)",
                     {person.id, person.login, person.name, model::name(person.role), stores_text(person.stores),
                      person.disabled, person.language, person.time_zone, person.theme, person.density,
                      person.letter_keys, person.created_at, password_hash, Blob{}}));
    return person;
}

Result<model::Person> save_person(Tx& tx, model::Person person) {
    const auto changed = TRY(
        tx.exec("UPDATE people SET name = ?1, role = ?2, stores = ?3, disabled = ?4, language = ?5, time_zone = ?6, "
                "theme = ?7, density = ?8, letter_keys = ?9, version = version + 1 WHERE id = ?10 AND version = ?11",
                {person.name, model::name(person.role), stores_text(person.stores), person.disabled, person.language,
                 person.time_zone, person.theme, person.density, person.letter_keys, person.id, person.version}));
    if (changed == 0) return fail(Code::conflict, "person was changed", "person.changed");
    ++person.version;
    return person;
}

Result<void> note_person_seen(Tx& tx, model::PersonId id, base::Time at) {
    TRY_VOID(tx.exec("UPDATE people SET last_seen_at = ?1 WHERE id = ?2 AND last_seen_at < ?1", {at, id}));
    return {};
}

Result<std::string> load_password_hash(Reader& reader, model::PersonId id) {
    auto found = TRY(reader.one("SELECT password_hash FROM people WHERE id = ?1", {id},
                                [](const Row& row) { return row.string(0); }));
    if (!found) return fail(Code::not_found, "person");
    return std::move(*found);
}

Result<void> save_password_hash(Tx& tx, model::PersonId id, std::string_view phc) {
    if (TRY(tx.exec("UPDATE people SET password_hash = ?1 WHERE id = ?2", {phc, id})) == 0)
        return fail(Code::not_found, "person");
    return {};
}

Result<base::Secret> load_totp(Reader& reader, model::PersonId id) {
    const auto sealed = TRY(reader.one("SELECT totp FROM people WHERE id = ?1", {id},
                                       [](const Row& row) { return std::string(row.blob(0)); }));
    if (!sealed) return fail(Code::not_found, "person");
    if (sealed->empty()) return base::Secret();
    return reader.keys().open_secret(*sealed, totp_place(id));
}

Result<void> save_totp(Tx& tx, model::PersonId id, const base::Secret& secret, bool confirmed) {
    const std::string sealed = TRY(tx.keys().seal(purpose::totp, id.text(), totp_place(id), secret.reveal()));
    const auto changed = TRY(tx.exec("UPDATE people SET totp = ?1, second_factor = ?2 WHERE id = ?3",
                                     {Blob{sealed}, confirmed && !secret.empty(), id}));
    if (changed == 0) return fail(Code::not_found, "person");
    // Steps belong to the secret they were made from.
    TRY_VOID(tx.exec("DELETE FROM totp_steps WHERE person_id = ?1", {id}));
    return {};
}

Result<bool> use_totp_step(Tx& tx, model::PersonId id, std::int64_t step) {
    TRY_VOID(tx.exec("DELETE FROM totp_steps WHERE person_id = ?1 AND step < ?2", {id, step - k_steps_kept}));
    const auto added =
        TRY(tx.exec("INSERT INTO totp_steps (person_id, step) VALUES (?1, ?2) ON CONFLICT (person_id, step) DO NOTHING",
                    {id, step}));
    return added == 1;
}

Result<void> save_recovery_codes(Tx& tx, model::PersonId id, const std::vector<std::string>& hashes) {
    TRY_VOID(tx.exec("DELETE FROM recovery_codes WHERE person_id = ?1", {id}));
    for (const std::string& hash : hashes)
        TRY_VOID(tx.exec("INSERT INTO recovery_codes (person_id, hash) VALUES (?1, ?2)", {id, Blob{hash}}));
    return {};
}

Result<bool> use_recovery_code(Tx& tx, model::PersonId id, std::string_view hash) {
    return TRY(tx.exec("DELETE FROM recovery_codes WHERE person_id = ?1 AND hash = ?2", {id, Blob{hash}})) == 1;
}

Result<std::int64_t> count_recovery_codes(Reader& reader, model::PersonId id) {
    return reader.integer("SELECT count(*) FROM recovery_codes WHERE person_id = ?1", {id});
}

}  // namespace db
