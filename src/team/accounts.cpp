#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "db/database.h"
#include "db/people.h"
#include "db/settings.h"
#include "db/stores.h"
#include "team/check_input.h"
#include "team/team.h"
#include "team/token.h"

namespace team {
namespace {

constexpr std::string_view k_setup = "setup";
constexpr std::string_view k_invite = "invite";
constexpr std::string_view k_reset = "reset";

std::unexpected<base::Error> wrong_token(std::string_view key) {
    return base::fail(base::Code::precondition_failed, "one-time token is wrong, used or old", std::string(key));
}

}  // namespace

base::Result<bool> Team::needs_setup() {
    if (set_up_) return false;
    const auto count = TRY(database_.read([](db::Reader& reader) { return db::count_people(reader); }));
    set_up_ = count > 0;
    return count == 0;
}

base::Result<base::Secret> Team::make_setup_token() {
    base::Secret token = new_token(random_);
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (TRY(db::count_people(tx)) > 0)
            return base::fail(base::Code::precondition_failed, "there is an account already", "setup.done");
        TRY(db::drop_one_time_tokens(tx, k_setup, "owner"));
        return db::add_one_time_token(tx, {std::string(k_setup), "owner", "", tx.now() + k_setup_time},
                                      token_hash(token.reveal()).value_or(""));
    }));
    return token;
}

base::Result<std::vector<std::string>> Team::context_of(const model::Person* person, std::string_view extra) {
    std::vector<std::string> context;
    if (person != nullptr) context.insert(context.end(), {person->login, person->name});
    if (!extra.empty()) context.emplace_back(extra);
    TRY_VOID(database_.read([&](db::Reader& reader) -> base::Result<void> {
        for (const model::Store& store : TRY(db::list_stores(reader))) {
            context.push_back(store.name);
            context.push_back(store.shop_name);
        }
        if (const auto setting = TRY(db::find_setting(reader, k_team_name)))
            context.push_back(TRY(base::JsonDocument::parse(setting->value)).root().string_or());
        return {};
    }));
    return context;
}

PasswordRating Team::rate_password(std::string_view password, std::span<const std::string> context,
                                   const Caller& caller) const {
    return rules_.rate(password, context, caller.state != SignedIn::no && caller.person.second_factor);
}

base::Result<std::string> Team::hash_new_password(std::string_view password, std::span<const std::string> context,
                                                  bool second_factor) {
    const PasswordRating rating = rules_.rate(password, context, second_factor);
    if (rating.fault != PasswordFault::ok)
        return base::fail(base::Code::invalid_input, "password", std::string(key(rating.fault)));
    std::string normalised = normalised_password(password);
    auto hash = hasher_.hash(normalised);
    base::wipe(normalised);
    return hash;
}

base::Result<Opened> Team::set_up(const FirstOwner& input, const Visitor& visitor) {
    if (!TRY(needs_setup()))
        return base::fail(base::Code::precondition_failed, "there is an account already", "setup.done");
    const std::string hash = token_hash(input.token).value_or("");
    const Try attempt = token_try(visitor);
    TRY_VOID(begin(attempt));
    const auto known = TRY(database_.read([&](db::Reader& reader) { return db::peek_one_time_token(reader, hash); }));
    if (!known || known->kind != k_setup) return wrong_token("setup.token");
    TRY_VOID(take_back(attempt));

    model::Person owner;
    owner.login = TRY(checked_login(input.login));
    owner.name = TRY(checked_name(input.name));
    owner.role = model::Role::owner;
    owner.language = TRY(checked_language(input.language.empty() ? "en" : input.language));
    const std::vector<std::string> context{owner.login, owner.name, input.team_name};
    const std::string phc = TRY(hash_new_password(input.password, context, false));

    std::optional<Opened> opened;
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (TRY(db::count_people(tx)) > 0)
            return base::fail(base::Code::precondition_failed, "there is an account already", "setup.done");
        if (!TRY(db::take_one_time_token(tx, hash))) return wrong_token("setup.token");
        const model::Person added = TRY(db::add_person(tx, owner, phc));
        if (!input.team_name.empty())
            TRY(db::save_setting(tx, k_team_name, base::json_quote(base::trim(input.team_name)), std::nullopt,
                                 added.id));
        TRY(db::save_setting(tx, k_team_language, base::json_quote(owner.language), std::nullopt, added.id));
        opened = TRY(open_session(tx, new_token(random_), added, visitor));
        TRY_VOID(audit(tx, added.id.text(), visitor, kind::set_up, added.id.text(), {{"login", added.login}}));
        return audit(tx, added.id.text(), visitor, kind::person_added, added.id.text(),
                     {{"login", added.login}, {"role", std::string(model::name(added.role))}});
    }));
    set_up_ = true;
    return std::move(*opened);
}

base::Result<Opened> Team::accept_invitation(std::string_view token, std::string_view password,
                                             const Visitor& visitor) {
    const std::string hash = token_hash(token).value_or("");
    const Try attempt = token_try(visitor);
    TRY_VOID(begin(attempt));
    struct Invited {
        std::string purpose;
        model::Person person;
    };
    const auto invited = TRY(database_.read([&](db::Reader& reader) -> base::Result<std::optional<Invited>> {
        const auto found = TRY(db::peek_one_time_token(reader, hash));
        if (!found || (found->kind != k_invite && found->kind != k_reset)) return std::nullopt;
        const auto id = model::PersonId::parse(found->subject);
        if (!id) return base::fail(base::Code::corrupt, "one-time token's subject");
        return Invited{found->kind, TRY(db::find_person(reader, *id))};
    }));
    if (!invited || invited->person.disabled) return wrong_token("invitation.token");
    TRY_VOID(take_back(attempt));

    const model::PersonId id = invited->person.id;
    const std::string phc =
        TRY(hash_new_password(password, TRY(context_of(&invited->person, {})), invited->person.second_factor));
    std::optional<Opened> opened;
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        const model::Person person = TRY(db::find_person(tx, id));
        if (person.disabled || !TRY(db::take_one_time_token(tx, hash))) return wrong_token("invitation.token");
        for (const std::string_view purpose : {k_invite, k_reset})
            TRY(db::drop_one_time_tokens(tx, purpose, id.text()));
        TRY_VOID(db::save_password_hash(tx, id, phc));
        TRY_VOID(db::clear_throttle(tx, password_try(person.login, visitor).account));
        TRY(db::end_sessions(tx, id));
        opened = TRY(open_session(tx, new_token(random_), person, visitor));
        return audit(tx, id.text(), visitor, kind::invitation_used, id.text(), {{"purpose", invited->purpose}});
    }));
    cache_.forget(id);
    return std::move(*opened);
}

base::Result<Opened> Team::change_password(std::string_view current, std::string_view wanted, const Caller& caller,
                                           const Visitor& visitor) {
    const model::PersonId id = caller.person.id;
    const Try attempt = password_try(caller.person.login, visitor);
    TRY_VOID(begin(attempt));
    const std::string old = TRY(database_.read([&](db::Reader& reader) { return db::load_password_hash(reader, id); }));
    std::string typed = normalised_password(current);
    const auto right = hasher_.check(old, typed);
    base::wipe(typed);
    if (!right) {
        TRY_VOID(take_back(attempt));
        return std::unexpected(right.error());
    }
    if (!*right) {
        TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) {
            return refuse(tx, attempt, id.text(), visitor, kind::password_refused, {});
        }));
        return base::fail(base::Code::forbidden, "present password is wrong", "password.wrong");
    }
    TRY_VOID(take_back(attempt));

    const std::string phc =
        TRY(hash_new_password(wanted, TRY(context_of(&caller.person, {})), caller.person.second_factor));
    base::Secret token = new_token(random_);
    TRY_VOID(database_.write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        if (TRY(db::load_password_hash(tx, id)) != old)
            return base::fail(base::Code::conflict, "password was changed meanwhile", "person.changed");
        TRY_VOID(db::save_password_hash(tx, id, phc));
        const std::size_t ended = TRY(db::end_sessions(tx, id, caller.session));
        TRY_VOID(db::renew_session(tx, caller.session, token_hash(token.reveal()).value_or(""), "full"));
        return audit(tx, id.text(), visitor, kind::password_changed, id.text(),
                     {{"sessions_ended", std::to_string(ended)}});
    }));
    cache_.forget(id);
    return renewed(std::move(token));
}

}  // namespace team
