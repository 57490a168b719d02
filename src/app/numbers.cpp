#include "app/numbers.h"

#include "api/policy_reports.h"
#include "base/log.h"
#include "db/inbox.h"

namespace app {
namespace {

void add_all(base::Metrics& metrics, Core& core) {
    const auto number = [](std::uint64_t value) { return static_cast<double>(value); };
    core.ingest->publish(metrics);
    core.outbox->publish(metrics);
    core.retention->publish(metrics);

    const api::PolicyReports& reports = api::policy_reports();
    const auto add_reports = [&](const base::Counter& counter, const char* result) {
        metrics.counter("stallward_policy_reports_total", "What browsers said that the content policy stopped", counter,
                        "result", result);
    };
    add_reports(reports.violations, "violation");
    add_reports(reports.unreadable, "unreadable");
    add_reports(reports.dropped, "dropped");

    const watch::Counters& watch = core.watch->counters();
    metrics.counter("stallward_messages_judged_total", "Messages judged", watch.judged);
    metrics.counter("stallward_findings_total", "Findings made", watch.findings);
    metrics.counter("stallward_watch_failures_total", "Events that could not be judged", watch.failures);

    metrics.counter("stallward_db_commits_total", "Commits of the main database",
                    [&core, number] { return number(core.database->health().commits); });
    metrics.counter("stallward_db_retries_total", "Transactions repeated",
                    [&core, number] { return number(core.database->health().retries); });
    metrics.gauge(
        "stallward_db_queued", "Writes waiting",
        [&core, number] { return number(core.database->health().queued_interactive); }, "lane", "interactive");
    metrics.gauge(
        "stallward_db_queued", "Writes waiting",
        [&core, number] { return number(core.database->health().queued_bulk); }, "lane", "bulk");
    metrics.gauge("stallward_disk_full", "1 while writes are refused for lack of space",
                  [&core] { return core.database->health().disk_full ? 1.0 : 0.0; });
    metrics.gauge("stallward_event_streams", "Open pages", [&core, number] { return number(core.events.size()); });
    metrics.counter("stallward_log_lines_lost_total", "Log lines that could not be written",
                    [number] { return number(base::lost_log_lines()); });
}

}  // namespace

base::Result<std::unique_ptr<NumbersListener>> NumbersListener::start(Core& core) {
    auto listener = std::make_unique<NumbersListener>();
    if (!core.config.metrics) return listener;
    add_all(listener->metrics_, core);
    http::Options options;
    options.address = core.config.metrics->host;
    options.port = core.config.metrics->port;
    options.workers = 1;
    options.max_connections = 16;
    http::Handlers handlers;
    handlers.plan = [](const http::Request&) { return http::Plan{}; };
    handlers.handle = [metrics = &listener->metrics_](http::Request request, http::Respond respond) {
        http::Response response;
        response.set("content-type", "text/plain; version=0.0.4; charset=utf-8");
        if (request.path == "/metrics")
            response.body = metrics->text();
        else
            response.status = 404;
        respond(std::move(response));
    };
    listener->server_ = TRY(http::Server::listen(options, std::move(handlers)));
    return listener;
}

}  // namespace app
