#include <algorithm>

#include "base/text.h"
#include "db/database.h"
#include "db/people.h"
#include "db/stores.h"
#include "team/check_input.h"
#include "team/team.h"
#include "team/token.h"

namespace team {
namespace {

constexpr std::string_view k_invite = "invite";
constexpr std::string_view k_reset = "reset";

std::string stores_text(const std::vector<model::StoreId>& stores) {
    if (stores.empty()) return "all";
    std::string text;
    for (const model::StoreId store : stores) text += (text.empty() ? "" : " ") + store.text();
    return text;
}

base::Result<void> check_stores(db::Reader& reader, const std::vector<model::StoreId>& stores) {
    for (const model::StoreId store : stores)
        if (!db::find_store(reader, store))
            return base::fail(base::Code::invalid_input, "no such store", "person.store");
    return {};
}

// Somebody else who could do what an owner does, today: an owner with a second factor.
base::Result<bool> another_owner(db::Reader& reader, model::PersonId but) {
    return std::ranges::any_of(TRY(db::list_people(reader)), [&](const model::Person& person) {
        return person.id != but && person.role == model::Role::owner && !person.disabled && person.second_factor;
    });
}

base::Result<void> add_link(db::Tx& tx, std::string_view purpose, model::PersonId person, const base::Secret& token,
                            base::Time expires_at) {
    for (const std::string_view earlier : {k_invite, k_reset})
        TRY(db::drop_one_time_tokens(tx, earlier, person.text()));
    return db::add_one_time_token(tx, {std::string(purpose), person.text(), "", expires_at},
                                  token_hash(token.reveal()).value_or(""));
}

}  // namespace

base::Result<std::vector<model::Person>> Team::people(std::vector<model::PersonId>* invited) {
    return database_.read([&](db::Reader& reader) -> base::Result<std::vector<model::Person>> {
        auto all = TRY(db::list_people(reader));
        if (invited != nullptr)
            for (const model::Person& person : all)
                if (TRY(db::load_password_hash(reader, person.id)).empty()) invited->push_back(person.id);
        return all;
    });
}

base::Result<model::Person> Team::find_by_login(std::string_view login) {
    auto found = TRY(database_.read(
        [&](db::Reader& reader) { return db::find_person_by_login(reader, base::fold(base::trim(login))); }));
    if (!found) return base::fail(base::Code::not_found, "no account with this login");
    return std::move(*found);
}

base::Result<Invitation> Team::add_person(const NewPerson& wanted, const Actor& actor) {
    model::Person person;
    person.login = TRY(checked_login(wanted.login));
    person.name = TRY(checked_name(wanted.name));
    person.role = wanted.role;
    person.stores = wanted.stores;
    Invitation invitation;
    invitation.token = new_token(random_);
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        TRY_VOID(check_stores(tx, person.stores));
        invitation.person = TRY(db::add_person(tx, person, ""));
        invitation.expires_at = tx.now() + k_invitation_time;
        const model::PersonId id = invitation.person.id;
        TRY_VOID(add_link(tx, k_invite, id, invitation.token, invitation.expires_at));
        return audit(tx, actor.id, actor.visitor, kind::person_added, id.text(),
                     {{"login", person.login},
                      {"role", std::string(model::name(person.role))},
                      {"stores", stores_text(person.stores)}});
    }));
    set_up_ = true;
    return invitation;
}

base::Result<model::Person> Team::edit_person(model::PersonId id, const PersonChange& change, const Actor& actor) {
    model::Person saved;
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const model::Person before = TRY(db::find_person(tx, id));
        model::Person person = before;
        person.role = change.role.value_or(before.role);
        person.stores = change.stores.value_or(before.stores);
        person.disabled = change.disabled.value_or(before.disabled);
        Detail detail;
        if (person.role != before.role) {
            detail.emplace_back("role_from", model::name(before.role));
            detail.emplace_back("role_to", model::name(person.role));
        }
        if (person.stores != before.stores) {
            TRY_VOID(check_stores(tx, person.stores));
            detail.emplace_back("stores_from", stores_text(before.stores));
            detail.emplace_back("stores_to", stores_text(person.stores));
        }
        const bool switched = person.disabled != before.disabled;
        saved = before;
        if (detail.empty() && !switched) return {};

        const bool was_in_charge = before.role == model::Role::owner && !before.disabled;
        const bool stays_in_charge = person.role == model::Role::owner && !person.disabled;
        if (was_in_charge && !stays_in_charge && !TRY(another_owner(tx, id)))
            return base::fail(base::Code::precondition_failed, "nobody would be in charge", "person.last_owner");

        saved = TRY(db::save_person(tx, person));
        // New rights begin with a new sign-in (SES-2); a disabled person is out at once (SES-4).
        const std::size_t ended = TRY(db::end_sessions(tx, id));
        if (person.disabled)
            for (const std::string_view purpose : {k_invite, k_reset})
                TRY(db::drop_one_time_tokens(tx, purpose, id.text()));
        const auto write = [&](std::string_view kind, const Detail& what) {
            return audit(tx, actor.id, actor.visitor, kind, id.text(), what);
        };
        if (!detail.empty()) TRY_VOID(write(kind::person_changed, detail));
        if (switched)
            TRY_VOID(write(person.disabled ? kind::person_disabled : kind::person_enabled, {{"login", person.login}}));
        if (ended > 0)
            TRY_VOID(write(kind::session_ended, {{"reason", person.disabled ? "person_disabled" : "rights_changed"},
                                                 {"count", std::to_string(ended)}}));
        return {};
    }));
    cache_.forget(id);
    return saved;
}

base::Result<Invitation> Team::reset_person(model::PersonId id, const Actor& actor) {
    Invitation invitation;
    invitation.token = new_token(random_);
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        invitation.person = TRY(db::find_person(tx, id));
        if (invitation.person.disabled)
            return base::fail(base::Code::precondition_failed, "person is disabled", "person.disabled");
        invitation.expires_at = tx.now() + k_invitation_time;
        TRY_VOID(db::save_password_hash(tx, id, ""));
        TRY_VOID(add_link(tx, k_reset, id, invitation.token, invitation.expires_at));
        TRY_VOID(db::clear_throttle(tx, password_try(invitation.person.login, actor.visitor).account));
        TRY_VOID(db::clear_throttle(tx, code_try(id, actor.visitor).account));
        const std::size_t ended = TRY(db::end_sessions(tx, id));
        return audit(tx, actor.id, actor.visitor, kind::person_reset, id.text(),
                     {{"login", invitation.person.login}, {"sessions_ended", std::to_string(ended)}});
    }));
    cache_.forget(id);
    return invitation;
}

base::Result<void> Team::unlock_person(model::PersonId id, const Actor& actor) {
    return database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const model::Person person = TRY(db::find_person(tx, id));
        TRY_VOID(db::clear_throttle(tx, password_try(person.login, actor.visitor).account));
        TRY_VOID(db::clear_throttle(tx, code_try(id, actor.visitor).account));
        return audit(tx, actor.id, actor.visitor, kind::account_unlocked, id.text(), {{"login", person.login}});
    });
}

base::Result<model::Person> Team::edit_me(const MyChange& change, const Caller& caller, const Visitor& visitor) {
    const model::PersonId id = caller.person.id;
    const auto one_of = [](const std::optional<std::string>& value, std::initializer_list<std::string_view> allowed,
                           const char* what) -> base::Result<void> {
        if (!value || std::ranges::find(allowed, *value) != allowed.end()) return {};
        return base::fail(base::Code::invalid_input, std::string("unknown value:") + what, "request.field");
    };
    TRY_VOID(one_of(change.theme, {"system", "light", "dark"}, "theme"));
    TRY_VOID(one_of(change.density, {"compact", "normal", "roomy"}, "density"));
    model::Person saved;
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        model::Person person = TRY(db::find_person(tx, id));
        const std::string old_name = person.name;
        if (change.name) person.name = TRY(checked_name(*change.name));
        if (change.language) person.language = TRY(checked_language(*change.language));
        if (change.time_zone) person.time_zone = TRY(checked_time_zone(*change.time_zone));
        person.theme = change.theme.value_or(person.theme);
        person.density = change.density.value_or(person.density);
        person.letter_keys = change.letter_keys.value_or(person.letter_keys);
        saved = TRY(db::save_person(tx, person));
        // Others know people by their name; how somebody's own screen looks is nobody's business.
        if (saved.name == old_name) return {};
        return audit(tx, id.text(), visitor, kind::person_changed, id.text(),
                     {{"name_from", old_name}, {"name_to", saved.name}});
    }));
    cache_.forget(id);
    return saved;
}

}  // namespace team
