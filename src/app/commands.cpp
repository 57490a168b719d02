#include "app/commands.h"

#include <boost/json.hpp>
#include <filesystem>
#include <functional>
#include <map>

#include "app/core.h"
#include "app/doctor.h"
#include "app/import_verb.h"
#include "base/json.h"

namespace app {
namespace {

using base::Code;
using base::fail;
using Verb = std::function<base::Result<void>(Core&, const base::Json& args, const Print&)>;

void print_json(const Print& print, const boost::json::object& line) {
    print(boost::json::serialize(line));
}

base::Result<void> print_setup_link(Core& core, const base::Json&, const Print& print) {
    const base::Secret token = TRY(core.team->make_setup_token());
    print_json(print,
               {{"link", core.config.origin() + "/setup#token=" + std::string(token.reveal())}, {"minutes", 60}});
    return {};
}

base::Result<void> add_user(Core& core, const base::Json& args, const Print& print) {
    team::NewPerson person;
    person.login = args["login"].string_or();
    person.name = args["name"].string_or();
    const auto role = model::parse_role(args["role"].string_or());
    if (!role) return fail(Code::invalid_input, "role must be owner, manager, support or viewer");
    person.role = *role;
    const team::Invitation invitation = TRY(core.team->add_person(person, {"cli", {}}));
    print_json(print, {{"id", invitation.person.id.text()},
                       {"link", core.config.origin() + "/invitation#token=" + std::string(invitation.token.reveal())},
                       {"expires_at", base::iso8601(invitation.expires_at)}});
    return {};
}

base::Result<void> disable_user(Core& core, const base::Json& args, const Print& print) {
    const model::Person person = TRY(core.team->find_by_login(args["login"].string_or()));
    team::PersonChange change;
    change.disabled = true;
    TRY(core.team->edit_person(person.id, change, {"cli", {}}));
    print_json(print, {{"id", person.id.text()}, {"disabled", true}});
    return {};
}

base::Result<void> unlock_user(Core& core, const base::Json& args, const Print& print) {
    const model::Person person = TRY(core.team->find_by_login(args["login"].string_or()));
    TRY_VOID(core.team->unlock_person(person.id, {"cli", {}}));
    print_json(print, {{"id", person.id.text()}, {"unlocked", true}});
    return {};
}

const std::map<std::string, Verb, std::less<>>& verbs() {
    static const std::map<std::string, Verb, std::less<>> k_verbs{
        {"setup-link", print_setup_link}, {"user.add", add_user}, {"user.disable", disable_user},
        {"user.unlock", unlock_user},     {"doctor", run_doctor}, {"keys.rotate-kek", rotate_kek},
        {"import", import_file},
    };
    return k_verbs;
}

}  // namespace

base::Result<void> run_verb_in(Core& core, const std::string& verb, const std::string& args_json, const Print& print) {
    const auto found = verbs().find(verb);
    if (found == verbs().end())
        return fail(Code::invalid_input, "this server does not know " + verb + "; is it another version?");
    const auto args = base::JsonDocument::parse(args_json);
    if (!args) return fail(Code::invalid_input, "arguments are no JSON");
    return found->second(core, args->root(), print);
}

base::Result<void> run_verb(const Where& where, const std::string& verb, const std::string& args_json,
                            const Print& print) {
    auto called = call_server(where.data, where.server, verb, args_json, print);
    if (called || called.error().code != Code::not_found || !where.server.empty()) return called;
    if (!std::filesystem::is_directory(where.data))
        return fail(Code::not_found, "there is no data folder " + where.data + "; name it with --data");
    Config config;
    config.data = where.data;
    config.db_url = where.db;
    config.rules = default_rules_folder();
    const auto core = TRY(Core::open(config));
    return run_verb_in(*core, verb, args_json, print);
}

}  // namespace app
