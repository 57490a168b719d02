#include "app/serve.h"

#include <fmt/format.h>
#include <pthread.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>

#include "api/connecting.h"
#include "api/dispatch.h"
#include "api/gate.h"
#include "api/routes.h"
#include "api/security_headers.h"
#include "app/commands.h"
#include "app/control_socket.h"
#include "app/core.h"
#include "app/demo.h"
#include "app/jobs.h"
#include "app/numbers.h"
#include "app/upkeep.h"
#include "base/file.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/text.h"
#include "db/inbox.h"
#include "http/server.h"

namespace app {
namespace {

using More = Jobs::More;

More more(const char* name, base::Result<bool> result) {
    if (result) return *result ? More::yes : More::no;
    base::log(base::Level::warning, "job.failed", {{"job", name}, base::Field(result.error())});
    return More::no;
}

More once(const char* name, const base::Result<void>& result) {
    if (!result) base::log(base::Level::warning, "job.failed", {{"job", name}, base::Field(result.error())});
    return More::no;
}

void answer_webhook(Core& core, http::Request request, http::Respond respond) {
    const auto simple = [](int status) {
        http::Response response;
        response.status = status;
        response.set("cache-control", "no-store");
        return response;
    };
    // "/hooks/tiktok_shop", and what a topic's own address adds behind it.
    const auto parts = base::split(request.path, '/');
    const auto platform = parts.size() >= 3 ? model::parse_platform(parts[2]) : std::nullopt;
    if (!platform) return respond(simple(404));
    if (request.method != http::Method::post) return respond(simple(405));
    const std::string signature(request.header("authorization").value_or(""));
    core.ingest->intake().receive(*platform, std::move(request.body), signature,
                                  [respond = std::move(respond), simple](ingest::Decision decision) mutable {
                                      switch (decision) {
                                          case ingest::Decision::accepted:
                                              return respond(simple(200));
                                          case ingest::Decision::refused:
                                              return respond(simple(401));
                                          case ingest::Decision::busy: {
                                              http::Response busy = simple(503);
                                              busy.set("retry-after", "5");
                                              return respond(std::move(busy));
                                          }
                                      }
                                  });
}

base::Result<http::Options> listen_options(const Config& config) {
    http::Options options;
    options.address = config.listen.host;
    options.port = config.listen.port;
    options.trusted_proxies = config.trusted_proxies;
    if (!config.tls_certificate.empty())
        options.tls = http::TlsFiles{TRY(base::read_file(config.tls_certificate, 1u << 20)),
                                     TRY(base::read_file(config.tls_key, 1u << 20))};
    options.default_headers =
        api::security_headers(options.tls.has_value() || config.public_url.starts_with("https://"));
    return options;
}

void start_jobs(Core& core, Jobs& jobs) {
    core.poke_stores = [&jobs] {
        jobs.poke("poll");
        jobs.poke("send");
        jobs.poke("import");
        jobs.poke("exits");
    };
    core.database->on_news([&jobs] {
        jobs.poke("watch");
        jobs.poke("news");
    });
    core.database->inbox().on_arrival([&jobs] { jobs.poke("inbox"); });

    jobs.start("inbox", base::seconds(1), [&core] { return core.ingest->work_inbox() ? More::yes : More::no; });
    jobs.start("poll", base::seconds(1), [&core] { return core.ingest->work_polls() ? More::yes : More::no; });
    jobs.start("send", base::seconds(1), [&core] {
        core.outbox->step();
        return More::no;
    });
    jobs.start("exits", base::minutes(1), [&core] { return more("exits", core.ingest->work_exits()); });
    jobs.start("import", base::seconds(5), [&core] { return core.imports->work() ? More::yes : More::no; });
    jobs.start("watch", base::seconds(1), [&core] { return more("watch", core.watch->run()); });
    // Pages are told at most five times a second.
    jobs.start("news", base::milliseconds(500), [&core] {
        const More result = once("news", core.news->run());
        core.events.flush();
        core.sleep(base::milliseconds(200));
        return result;
    });
    jobs.start("streams", base::seconds(5), [&core] {
        core.events.keep_alive([&core](model::SessionId session) { return core.team->alive(session); });
        return More::no;
    });
    start_upkeep(core, jobs);
}

void print_start(Core& core) {
    fmt::print("Stallward is ready: {}\n", core.config.origin());
    if (const auto token = core.team->make_setup_token())
        fmt::print("First start. Set it up within 60 minutes with this one-time link:\n\n  {}/setup#token={}\n\n",
                   core.config.origin(), token->reveal());
    std::fflush(stdout);
}

// No core dumps and no debugger of the same user: keys are in memory.
void harden_process() {
    ::prctl(PR_SET_DUMPABLE, 0);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    // Every file of the data folder belongs to its owner alone.
    ::umask(0077);
}

}  // namespace

base::Result<void> serve(const Config& config) {
    harden_process();
    // Before any thread starts, so that all inherit it: the signals come to sigwait() below and nowhere else.
    sigset_t ends;
    sigemptyset(&ends);
    for (const int signal : {SIGINT, SIGTERM}) sigaddset(&ends, signal);
    pthread_sigmask(SIG_BLOCK, &ends, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    // Told again for every action and store, many times a second, while the disk is full.
    for (const char* event : {"outbox.not_settled", "poll.failure_not_noted"}) base::limit_log(event, base::minutes(1));

    const std::unique_ptr<Core> core = TRY(Core::open(config));
    const api::Router router(api::all_routes(), api::identify_by_cookie(*core->team),
                             api::authorise_by_team(*core->team));
    api::Edges edges{[&core](http::Request request, http::Respond respond) {
                         answer_webhook(*core, std::move(request), std::move(respond));
                     },
                     [&core](const http::Request& request) { return api::finish_connecting(*core->services, request); },
                     [&core] { return !core->database->health().disk_full; }};
    const auto server = TRY(http::Server::listen(
        TRY(listen_options(config)), api::make_handlers(*core->services, router, std::move(edges), core->clock)));
    const auto numbers = TRY(NumbersListener::start(*core));
    // On SQLite the folder's lock lets one server run; on PostgreSQL several may share the folder.
    const std::string name = config.db_url.empty() ? std::string() : server_name(config.listen.port);
    const auto control = TRY(ControlSocket::listen(
        config.data, name, [&core](const std::string& verb, const std::string& args, const Print& print) {
            return run_verb_in(*core, verb, args, print);
        }));
    Jobs jobs;
    start_jobs(*core, jobs);
    if (!config.demo.empty()) {
        // In the background: the console is there at once, the demo stores appear in it.
        jobs.start("demo", base::seconds(5),
                   [&core, &config] { return once("demo", set_up_demo(*core, config.demo)); });
    }
    print_start(*core);

    int signal = 0;
    sigwait(&ends, &signal);
    base::log(base::Level::info, "server.stopping", {{"signal", signal}});
    server->stop();
    core->sleep.stop();
    core->outbox->stop();
    core->ingest->stop();
    jobs.stop();
    return {};
}

}  // namespace app
