#include "watch/watch.h"

#include <boost/json.hpp>

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
    finding.reasons.push_back(
        {"watch.could_not_check", 0, {{"why", std::string(base::name(error.code))}}, std::nullopt});
    return finding;
}

bool from_outside(model::SenderRole role) {
    return role == model::SenderRole::buyer || role == model::SenderRole::unknown;
}

detect::Window load_window(const std::vector<model::Message>& earlier) {
    detect::Window window;
    for (const model::Message& message : earlier)
        window.messages.push_back({message.sender, message.text.reveal(), message.sent_at});
    return window;
}

}  // namespace

base::Result<std::optional<model::Finding>> Watch::judge(db::Reader& reader, const model::Store& store,
                                                         const model::Event& event) {
    if (event.kind != model::EventKind::message_received) return std::optional<model::Finding>();
    const auto id = model::MessageId::parse(event.subject);
    if (!id) return base::fail(base::Code::corrupt, "event without message");
    const model::Message message = TRY(db::find_message(reader, *id));
    if (!from_outside(message.sender) || message.text.empty()) return std::optional<model::Finding>();

    const model::Features features = detect::features_of_text({}, message.text.reveal());
    detect::MessageView view;
    view.channel = detect::Channel::chat;
    view.features = &features;
    view.circumstances.platform = store.platform;
    const base::Time as_of = message.sent_at ? message.sent_at : event.recorded_at;
    const detect::Window window = load_window(TRY(db::messages_before(reader, message, as_of - k_history, 50)));

    model::Finding finding = engine_->judge(view, window, as_of);
    counters_.judged.add();
    if (finding.verdict == model::Verdict::clean) return std::optional<model::Finding>();
    finding.store = event.store;
    finding.subject_kind = "message";
    finding.subject = event.subject;
    finding.event_position = event.n;
    finding.as_of = as_of;
    finding.identity = "message/" + std::string(model::name(finding.category)) + "/" + message.conversation_ext_id;
    return std::optional(std::move(finding));
}

base::Result<void> Watch::record(db::Tx& tx, const model::Finding& finding) {
    model::Finding stored = finding;
    stored.id = TRY(db::add_finding(tx, finding));
    model::Event made;
    made.store = finding.store;
    made.kind = model::EventKind::finding_made;
    made.subject = finding.subject;
    made.detail = boost::json::serialize(boost::json::object{{"finding", stored.id.text()},
                                                             {"category", model::name(finding.category)},
                                                             {"severity", model::name(finding.severity)}});
    made.happened_at = finding.as_of;
    TRY(db::append_event(tx, made));
    if (finding.severity < k_alert_from) return {};

    const db::AlertChange change = TRY(db::raise_alert(tx, stored, finding.detector, k_alert_window));
    model::Event told;
    told.store = finding.store;
    told.kind = change.opened ? model::EventKind::alert_opened : model::EventKind::alert_changed;
    told.subject = change.alert.id.text();
    told.detail = boost::json::serialize(
        boost::json::object{{"severity", model::name(change.alert.severity)}, {"count", change.alert.count}});
    told.happened_at = finding.as_of;
    TRY(db::append_event(tx, told));
    return {};
}

base::Result<bool> Watch::run_store(model::StoreId id) {
    std::vector<model::Event> events;
    std::vector<model::Finding> findings;
    std::int64_t from = 0;
    TRY_VOID(database_.read([&](db::Reader& reader) -> base::Result<void> {
        from = TRY(db::cursor(reader, k_consumer, id));
        events = TRY(db::next_batch(reader, k_consumer, id));
        if (events.empty() || !id) return {};  // Store 0 is the installation: it has no messages.
        const model::Store store = TRY(db::find_store(reader, id));
        for (const model::Event& event : events) {
            auto finding = judge(reader, store, event);
            if (!finding) {
                // The disk or the database: everything waits and is tried again. Anything else is this event's own
                // trouble.
                if (finding.error().code == base::Code::unavailable) return std::unexpected(finding.error());
                // Removed by retention or with its store before it was read.
                if (finding.error().code == base::Code::not_found) continue;
                counters_.failures.add();
                base::log(base::Level::error, "watch.failed",
                          {{"store", id}, {"event", event.n}, base::Field(finding.error())});
                findings.push_back(could_not_judge(event, finding.error()));
            } else if (*finding) {
                findings.push_back(std::move(**finding));
            }
        }
        return {};
    }));
    if (events.empty()) return false;
    TRY_VOID(database_.write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<void> {
        for (const model::Finding& finding : findings) TRY_VOID(record(tx, finding));
        return db::save_cursor(tx, k_consumer, id, from, events.back().n);
    }));
    counters_.events.add(events.size());
    counters_.findings.add(findings.size());
    return events.size() == db::k_event_batch;
}

base::Result<bool> Watch::run() {
    const auto stores =
        TRY(database_.read([](db::Reader& reader) { return db::stores_with_news(reader, k_consumer); }));
    bool more = false;
    for (const model::StoreId store : stores) {
        auto ran = run_store(store);
        if (ran) {
            more |= *ran;
        } else if (ran.error().code == base::Code::conflict || ran.error().code == base::Code::not_found) {
            // Another instance did this batch, or the store has just been removed.
            more = true;
        } else {
            return std::unexpected(std::move(ran).error());
        }
    }
    return more;
}

}  // namespace watch
