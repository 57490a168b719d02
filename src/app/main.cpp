#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <iostream>

#include "app/commands.h"
#include "app/config.h"
#include "app/scan.h"
#include "app/serve.h"
#include "base/json.h"

// Exit codes of design section 8: 0 ok, 1 failed, 2 bad usage, 3 data folder in use.
namespace {

int finish(const base::Result<void>& result) {
    if (result) return 0;
    fmt::print(stderr, "stallward: {}\n", result.error().what);
    if (result.error().key == "db.in_use") return 3;
    return result.error().code == base::Code::invalid_input ? 2 : 1;
}

struct ServeOptions {
    std::string data, db, listen, config, rules, demo;
};

base::Result<app::Config> config_of(const ServeOptions& options) {
    app::Config config;
    config.data = app::default_data_folder();
    config.rules = app::default_rules_folder();
    if (!options.config.empty()) config = TRY(app::read_config(options.config, config));
    if (!options.data.empty()) config.data = options.data;
    if (!options.db.empty()) config.db_url = options.db;
    if (!options.rules.empty()) config.rules = options.rules;
    if (!options.listen.empty()) config.listen = TRY(app::parse_address(options.listen));
    config.demo = options.demo;
    TRY_VOID(app::check(config));
    return config;
}

base::Result<void> serve(const ServeOptions& options) {
    const app::Config config = TRY(config_of(options));
    return app::serve(config);
}

// A verb's arguments as JSON text.
class Arguments {
  public:
    Arguments& add(std::string_view name, std::string_view value) {
        text_ += (text_.empty() ? "" : ",") + base::json_quote(name) + ":" + base::json_quote(value);
        return *this;
    }
    std::string json() const { return "{" + text_ + "}"; }

  private:
    std::string text_;
};

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli{"Stallward: one console for the stores of a team, and its defence against scams"};
    cli.set_version_flag("--version", STALLWARD_VERSION);
    cli.require_subcommand(1);
    cli.failure_message(CLI::FailureMessage::help);

    ServeOptions serve_options;
    CLI::App* serve_command = cli.add_subcommand("serve", "Run the console");
    serve_command->add_option("--data", serve_options.data, "Data folder");
    serve_command->add_option("--db", serve_options.db,
                              "postgres://… for several machines; default: SQLite in the data folder");
    serve_command->add_option("--listen", serve_options.listen, "ADDRESS:PORT, default 127.0.0.1:8780");
    serve_command->add_option("--config", serve_options.config, "TOML file");
    serve_command->add_option("--rules", serve_options.rules, "Folder of the rule data");
    serve_command->add_option("--demo", serve_options.demo,
                              "Show the demo fleet of the sandbox whose control address this is");

    app::ScanOptions scan_options;
    scan_options.rules_folder = app::default_rules_folder();
    CLI::App* scan_command =
        cli.add_subcommand("scan", "Judge messages; one JSON line each, in the order of the input");
    scan_command->add_option("--format", scan_options.format, "jsonl, eml, mbox, msg, text or image; default: jsonl")
        ->check(CLI::IsMember({"jsonl", "eml", "mbox", "msg", "text", "image"}));
    scan_command
        ->add_option("--channel", scan_options.channel, "email, sms, chat, call or url; default: what the format says")
        ->check(CLI::IsMember({"email", "sms", "chat", "call", "url"}));
    scan_command->add_option("--lang", scan_options.lang, "Language of the messages, if known");
    scan_command->add_flag("--explain", scan_options.explain, "Also give the texts that the reasons point into");
    scan_command->add_option("--jobs", scan_options.jobs, "Messages judged at once")->check(CLI::Range(1, 64));
    scan_command->add_option("--rules", scan_options.rules_folder, "Folder of the rule data");
    scan_command->add_option("FILE", scan_options.files, "Files; - or none: standard input");

    // The verbs below run in the server that holds the data folder, or by themselves when none runs.
    std::string data = app::default_data_folder(), db, server, kind, store, format, file, login, name, role = "viewer",
                day_order;
    const auto with_data = [&](CLI::App* command) {
        command->add_option("--data", data, "Data folder");
        command->add_option("--db", db, "Database, as for serve");
        command->add_option("--server", server, "Which server, when several share the data folder: HOST-PORT");
        return command;
    };
    CLI::App* import_command = with_data(cli.add_subcommand("import", "Import a file into a store"));
    import_command->add_option("KIND", kind, "orders")->required()->check(CLI::IsMember({"orders"}));
    import_command->add_option("--store", store, "Store, e.g. s_3")->required();
    import_command->add_option("--format", format, "Export format; default: recognised by its headers");
    import_command
        ->add_option("--day-order", day_order, "How dates like 03/04/2026 are read; default: as the file says")
        ->check(CLI::IsMember({"day_first", "month_first"}));
    import_command->add_option("FILE", file, "CSV file")->required()->check(CLI::ExistingFile);

    CLI::App* user_command = cli.add_subcommand("user", "People and their accounts")->require_subcommand(1);
    CLI::App* user_add = with_data(user_command->add_subcommand("add", "Make an account; prints its one-time link"));
    user_add->add_option("LOGIN", login)->required();
    user_add->add_option("--name", name, "Display name; default: the login");
    user_add->add_option("--role", role, "owner, manager, support or viewer")
        ->check(CLI::IsMember({"owner", "manager", "support", "viewer"}));
    CLI::App* user_disable =
        with_data(user_command->add_subcommand("disable", "End an account's sessions and sign-in"));
    user_disable->add_option("LOGIN", login)->required();
    CLI::App* user_unlock =
        with_data(user_command->add_subcommand("unlock", "Lift the stop after too many wrong passwords"));
    user_unlock->add_option("LOGIN", login)->required();

    CLI::App* setup_command =
        with_data(cli.add_subcommand("setup-link", "Print a new one-time link for the first owner"));
    CLI::App* doctor_command = with_data(cli.add_subcommand("doctor", "Check the installation"));
    CLI::App* keys_command = cli.add_subcommand("keys", "Keys")->require_subcommand(1);
    CLI::App* rotate_command =
        with_data(keys_command->add_subcommand("rotate-kek", "Put all keys under a new key-encryption key"));

    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }

    if (*serve_command) return finish(serve(serve_options));
    if (*scan_command) return app::run_scan(scan_options, std::cin, std::cout, std::cerr);
    const auto verb = [&](const char* verb_name, const Arguments& arguments) {
        return finish(app::run_verb({data, db, server}, verb_name, arguments.json(),
                                    [](const std::string& line) { return std::puts(line.c_str()) >= 0; }));
    };
    if (*import_command)
        return verb("import", Arguments()
                                  .add("kind", kind)
                                  .add("store", store)
                                  .add("format", format)
                                  .add("day_order", day_order)
                                  .add("file", std::filesystem::absolute(file).string()));
    if (*user_add)
        return verb("user.add",
                    Arguments().add("login", login).add("name", name.empty() ? login : name).add("role", role));
    if (*user_disable) return verb("user.disable", Arguments().add("login", login));
    if (*user_unlock) return verb("user.unlock", Arguments().add("login", login));
    if (*setup_command) return verb("setup-link", {});
    if (*doctor_command) return verb("doctor", {});
    if (*rotate_command) return verb("keys.rotate-kek", {});
    return 2;
}
