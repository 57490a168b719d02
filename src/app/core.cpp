#include "app/core.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <future>
#include <iterator>

#include "app/demo.h"
#include "base/file.h"
#include "base/log.h"
#include "db/apps.h"
#include "db/keys.h"
#include "egress/address.h"
#include "team/password.h"

namespace app {

void Sleep::operator()(base::Duration duration) {
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, std::chrono::milliseconds(duration.ms), [this] { return stopping_; });
}

void Sleep::stop() {
    std::scoped_lock lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
}

namespace {

base::Result<std::shared_ptr<const detect::Engine>> make_detectors(const Config& config) {
    const detect::RuleFiles rules = TRY(detect::rule_files_with(config.rules));
    const std::string cache = config.data + "/cache";
    std::error_code ignored;  // Without the folder the patterns are compiled at each start.
    std::filesystem::create_directory(cache, ignored);
    return detect::Engine::make(rules, cache);
}

}  // namespace

bool Sleep::stopped() {
    const std::scoped_lock lock(mutex_);
    return stopping_;
}

Core::Core(const Config& with) : config(with), key_source(with.data + "/kek.key", true, random) {}

Core::~Core() {
    sleep.stop();
    if (outbox) outbox->stop();
    if (ingest) ingest->stop();
}

base::Result<std::unique_ptr<Core>> Core::open(const Config& config) {
    std::error_code error;
    if (std::filesystem::create_directories(config.data, error))
        std::filesystem::permissions(config.data, std::filesystem::perms::owner_all, error);
    if (!std::filesystem::is_directory(config.data))
        return base::fail(base::Code::invalid_input,
                          "data folder " + config.data + " cannot be made: " + error.message());
    std::unique_ptr<Core> core(new Core(config));
    TRY_VOID(core->open_parts());
    return core;
}

base::Result<void> Core::open_parts() {
    // Reading the rules and compiling their patterns takes longer than all else at a start: beside the database.
    auto reading = std::async(std::launch::async, [this] { return make_detectors(config); });
    auto password_rules = std::async(std::launch::async, [this] { return team::PasswordRules::load(config.rules); });
    database = TRY(db::Database::open(
        {.data_dir = config.data, .url = config.db_url, .clock = clock, .random = random, .key_source = key_source}));
    http = TRY(egress::Client::start({}));
    const auto pause = [this](base::Duration duration) { sleep(duration); };
    connectors = platform::make_connectors(*http, clock, random, pause);
    TRY_VOID(allow_hosts());
    instance = random.token(12);
    ingest = std::make_unique<ingest::Ingest>(
        ingest::Context{*database, connectors, clock, random, instance, config.origin(), *http, pause});
    outbox = std::make_unique<operate::Outbox>(operate::OutboxContext{
        *database, connectors, clock, random, instance, [this](model::StoreId id) { return ingest->credentials(id); },
        [this](model::StoreId id, const base::Secret& refused) { return ingest->renew_token(id, refused); }});

    detectors = TRY(reading.get());
    workers =
        std::make_unique<parse::Pool>(parse::PoolOptions{.program = parse::worker_beside_program(), .limits = {}});
    const auto read_table = [this](std::string_view bytes, const ingest::OrderImport::TakeRows& take) {
        return workers->table(bytes, [&take](const model::TableRows& rows) {
            std::vector<ingest::TableRow> given;
            for (const model::TableRows::Row& row : rows.rows) given.push_back({row.line, row.cells});
            return take(given);
        });
    };
    imports = std::make_unique<ingest::OrderImport>(
        *database, clock, TRY(ingest::parse_order_rules(TRY(base::read_file(config.rules + "/import/orders.json")))),
        read_table);
    watch = std::make_unique<watch::Watch>(
        *database, [engine = detectors](const detect::MessageView& message, const detect::Window& window,
                                        base::Time as_of) { return engine->judge(message, window, as_of); });
    retention = std::make_unique<Retention>(*database, clock, instance);
    team = std::make_unique<team::Team>(*database, TRY(password_rules.get()), clock, random);
    news = std::make_unique<api::NewsFeed>(*database, events);

    const auto stores_changed = [this] {
        ingest->stores_changed();
        if (poke_stores) poke_stores();
    };
    const auto apps_changed = [this] {
        if (auto allowed = allow_hosts(); !allowed)
            base::log(base::Level::error, "hosts.not_allowed", {base::Field(allowed.error())});
        ingest->stores_changed();
    };
    services.reset(new api::Services{
        .database = *database,
        .clock = clock,
        .random = random,
        .team = *team,
        .ingest = *ingest,
        .imports = *imports,
        .connectors = connectors,
        .detectors = *detectors,
        .events = events,
        .origin = config.origin(),
        .version = version(),
        .data_folder = config.data,
        .read_mail = [this](std::string_view mail) { return workers->features(model::ReadKind::mail, mail); },
        .apps_changed = apps_changed,
        .stores_changed = stores_changed,
        .leave_demo = [this] { return app::leave_demo(*this); }});
    return {};
}

base::Result<std::size_t> Core::change_kek() {
    const std::string next_path = config.data + "/kek.next";
    const std::uint32_t next_id = TRY(key_source.load()).id + 1;
    base::FileKeySource next(next_path, true, random, next_id);
    const std::size_t count = TRY(database->keys().rotate_kek(TRY(next.load())));
    std::error_code error;
    std::filesystem::rename(next_path, config.data + "/kek.key", error);
    if (error)
        return base::fail(base::Code::internal, "the new key file could not be put in place: " + error.message());
    return count;
}

base::Result<void> Core::allow_hosts() {
    std::vector<std::string> origins = config.extra_hosts;
    if (!config.demo.empty()) origins.push_back("http://" + config.demo);
    TRY_VOID(database->read([&](db::Reader& reader) -> base::Result<void> {
        for (const model::App& app : TRY(db::list_apps(reader))) {
            if (const platform::Connector* connector = connectors.find(app.platform))
                std::ranges::copy(connector->origins(app), std::back_inserter(origins));
            // The demo's consent page is answered by the program itself.
            if (!config.demo.empty()) origins.push_back(app.consent_base);
        }
        if (const auto origin = egress::origin_of(TRY(ingest::exit_service(reader)))) origins.push_back(origin->text());
        return {};
    }));
    return http->allow(origins);
}

std::string version() {
    return STALLWARD_VERSION;
}

}  // namespace app
