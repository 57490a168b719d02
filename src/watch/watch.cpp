#include "watch/watch.h"

#include <boost/json.hpp>
#include <exception>
#include <optional>

#include "base/log.h"
#include "db/alerts.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/findings.h"
#include "db/stores.h"
#include "detect/message.h"

namespace watch {
namespace {

// The finding that says "we could not look", so that nobody takes silence for safety.
model::Finding could_not_judge(const model::Event& event, const base::Error& error) {
    model::Finding finding;
    finding.store = event.store;
    finding.detector = "watch";
    finding.category = model::Category::none;
    finding.severity = model::Severity::medium;
    finding.verdict = model::Verdict::unreadable;
    finding.subject_kind = "message";
    finding.subject = event.subject;
    finding.identity = "watch/failed";
    finding.event_position = event.n;
    finding.as_of = event.recorded_at;
    finding.reasons.push_back({"unread.message", 0, {{"why", std::string(base::name(error.code))}}, std::nullopt});
    return finding;
}

detect::Window load_window(const std::vector<model::Message>& earlier) {
    detect::Window window;
    for (const model::Message& message : earlier)
        window.messages.push_back({message.sender, message.text.reveal(), message.sent_at});
    return window;
}

// Finding, its event and its alert.
base::Result<void> record(db::Tx& tx, const model::Finding& finding) {
    model::Finding stored = finding;
    stored.id = TRY(db::add_finding(tx, finding));
    if (const auto message = model::MessageId::parse(finding.subject); message && finding.subject_kind == "message")
        TRY_VOID(db::note_danger(tx, *message, finding.severity));
    model::Event made;
    made.store = finding.store;
    made.kind = model::EventKind::finding_made;
    made.subject = finding.subject;
    made.detail = boost::json::serialize(boost::json::object{{"finding", stored.id.text()},
                                                             {"category", model::name(finding.category)},
                                                             {"severity", model::name(finding.severity)}});
    made.happened_at = finding.as_of;
    TRY_VOID(db::append_event(tx, made));
    if (finding.severity < k_alert_from) return {};

    // The identity alone groups: which detector was the strongest may differ from one message to the next.
    const std::string_view kind = finding.verdict == model::Verdict::unreadable ? "watch" : "message";
    const db::AlertChange change = TRY(db::raise_alert(tx, stored, kind, Watch::k_alert_window));
    model::Event told;
    told.store = finding.store;
    told.kind = change.opened ? model::EventKind::alert_opened : model::EventKind::alert_changed;
    told.subject = change.alert.id.text();
    told.detail = boost::json::serialize(
        boost::json::object{{"severity", model::name(change.alert.severity)}, {"count", change.alert.count}});
    told.happened_at = finding.as_of;
    TRY_VOID(db::append_event(tx, told));
    return {};
}

}  // namespace

base::Result<std::optional<model::Finding>> Watch::judge(db::Reader& reader, const model::Store& store,
                                                         const model::Event& event) {
    if (event.kind != model::EventKind::message_received) return std::optional<model::Finding>();
    const auto id = model::MessageId::parse(event.subject);
    if (!id) return base::fail(base::Code::corrupt, "event without message");
    const model::Message message = TRY(db::find_message(reader, *id));
    if (!model::from_outside(message.sender) || message.text.empty()) return std::optional<model::Finding>();

    const model::Features features = detect::features_of_text({}, message.text.reveal());
    detect::MessageView view;
    view.channel = detect::Channel::chat;
    view.features = &features;
    view.circumstances.platform = store.platform;
    const base::Time as_of = message.sent_at ? message.sent_at : event.recorded_at;
    const detect::Window window = load_window(TRY(db::messages_before(reader, message, as_of - k_history, 50)));

    model::Finding finding = judge_(view, window, as_of);
    counters_.judged.add();
    if (finding.verdict == model::Verdict::clean && finding.severity == model::Severity::none)
        return std::optional<model::Finding>();
    finding.store = event.store;
    finding.subject_kind = "message";
    finding.subject = event.subject;
    finding.event_position = event.n;
    finding.as_of = as_of;
    finding.identity = "message/" + std::string(model::name(finding.category)) + "/" + message.conversation_ext_id;
    return std::optional(std::move(finding));
}

// An error: the database is not there, everything waits and is tried again. Any other trouble is this event's own.
base::Result<std::optional<model::Finding>> Watch::judge_or_say(db::Reader& reader, const model::Store& store,
                                                                const model::Event& event) {
    base::Result<std::optional<model::Finding>> finding;
    // A detector's own exception (memory, a library) costs one event's verdict and not the process, which would meet
    // the same event again after its restart.
    try {
        finding = judge(reader, store, event);
    } catch (const std::exception&) {  // Its words could quote the message.
        finding = base::fail(base::Code::internal, "a detector threw");
    }
    if (finding || finding.error().code == base::Code::unavailable) return finding;
    // Removed by retention or with its store before it was read.
    if (finding.error().code == base::Code::not_found) return std::optional<model::Finding>();
    counters_.failures.add();
    base::log(base::Level::error, "watch.failed",
              {{"store", store.id}, {"event", event.n}, base::Field(finding.error())});
    return std::optional(could_not_judge(event, finding.error()));
}

base::Result<Watch::Batch> Watch::look(db::Reader& reader, model::StoreId id) {
    Batch batch;
    batch.from = batch.to = TRY(db::cursor(reader, k_consumer, id));
    const auto events = TRY(db::next_batch(reader, k_consumer, id));
    if (events.empty()) return batch;
    batch.events = events.size();
    batch.to = events.back().n;
    batch.more = events.size() == db::k_event_batch;
    if (!id) return batch;  // Store 0 is the installation: it has no messages.
    const auto store = db::find_store(reader, id);
    if (!store && store.error().code == base::Code::not_found) return batch;  // Removed; this came after it.
    if (!store) return std::unexpected(store.error());
    for (std::size_t i = 0; i < events.size(); ++i) {
        if (auto finding = TRY(judge_or_say(reader, *store, events[i]))) batch.findings.push_back(*std::move(finding));
        if (batch.findings.size() < k_findings_max || i + 1 == events.size()) continue;
        batch.events = i + 1;
        batch.to = events[i].n;
        batch.more = true;
        break;
    }
    return batch;
}

base::Result<bool> Watch::run_store(model::StoreId id) {
    const Batch batch = TRY(database_.read([&](db::Reader& reader) { return look(reader, id); }));
    if (batch.to == batch.from) return false;
    TRY_VOID(database_.write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<void> {
        // First, so that nothing is written for work that another instance did, or for a store that is gone.
        TRY_VOID(db::save_cursor(tx, k_consumer, id, batch.from, batch.to));
        if (!batch.findings.empty()) TRY_VOID(db::find_store(tx, id));
        for (const model::Finding& finding : batch.findings) TRY_VOID(record(tx, finding));
        return {};
    }));
    counters_.events.add(batch.events);
    counters_.findings.add(batch.findings.size());
    return batch.more;
}

base::Result<bool> Watch::run() {
    const auto stores =
        TRY(database_.read([](db::Reader& reader) { return db::stores_with_news(reader, k_consumer); }));
    bool more = false;
    std::optional<base::Error> trouble;
    for (const model::StoreId store : stores) {
        auto ran = run_store(store);
        if (ran) {
            more |= *ran;
        } else if (ran.error().key == "db.cursor_moved" || ran.error().code == base::Code::not_found) {
            // Another instance did this batch, or the store has just been removed.
            more = true;
        } else {
            if (!trouble) trouble = std::move(ran).error();
            if (trouble->code == base::Code::unavailable) break;  // The disk or the database: the same for all.
        }
    }
    if (trouble) return std::unexpected(*std::move(trouble));
    return more;
}

}  // namespace watch
