#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "db/alerts.h"
#include "db/backends.h"
#include "db/conversations.h"
#include "db/events.h"
#include "db/findings.h"
#include "db/stores.h"
#include "detect/engine.h"
#include "watch/watch.h"

namespace watch::test {

// The engine of the built-in rules: compiled once, then read from the build's folder.
inline const detect::Engine& engine() {
    static const auto made = [] {
        const std::string cache = std::string(STALLWARD_BINARY_DIR) + "/pattern-cache";
        std::filesystem::create_directories(cache);
        auto engine = detect::Engine::make(detect::built_in_rule_files(), cache);
        if (!engine) ADD_FAILURE() << engine.error().what;
        return engine.value();
    }();
    return *made;
}

inline model::Finding judge(const detect::MessageView& message, const detect::Window& window, base::Time as_of) {
    return engine().judge(message, window, as_of);
}

inline std::string url_of(db::test::Backend backend) {
    if (backend == db::test::Backend::sqlite) return {};
    auto& server = db::test::PostgresServer::get();
    if (server.problem().empty()) return server.new_database();
    ADD_FAILURE() << server.problem();
    return {};
}

// A database with stores, to which messages come as intake writes them: the message and its event in one transaction.
class Bench {
  public:
    explicit Bench(db::test::Backend backend)
        : database(url_of(backend), backend == db::test::Backend::postgres_compatibility) {
        base::set_log_sink([](std::string_view) {});
    }
    ~Bench() { base::set_log_sink({}); }
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;

    template <class F>
    auto write(F fn) {
        return database->write(db::Lane::interactive, fn);
    }
    model::StoreId add_store(const std::string& name) {
        const auto made = write([&](db::Tx& tx) {
            model::Store store;
            store.ext_id = name;
            store.name = name;
            return db::add_store(tx, store);
        });
        EXPECT_TRUE(made) << made.error().what;
        return made ? made->id : model::StoreId{};
    }

    struct Said {
        model::StoreId store;
        std::string conversation = "anna";
        std::string text;
        model::SenderRole sender = model::SenderRole::buyer;
        base::Time sent_at = {};  // 0: now.
    };
    model::MessageId say(const Said& said) {
        model::Message message;
        message.store = said.store;
        message.ext_id = std::to_string(++said_);
        message.conversation_ext_id = said.conversation;
        message.sender = said.sender;
        message.kind = "TEXT";
        message.text = base::PiiText(said.text);
        message.sent_at = said.sent_at ? said.sent_at : database.clock.now();
        const auto done = write([&](db::Tx& tx) -> base::Result<model::MessageId> {
            const auto id = TRY(db::add_message(tx, message)).id;
            TRY_VOID(db::append_event(tx, event_of(message, id)));
            return id;
        });
        EXPECT_TRUE(done) << done.error().what;
        return done ? *done : model::MessageId{};
    }

    // Until there is nothing more to do.
    void run(Watch& watch) {
        for (int i = 0; i < 100; ++i) {
            const auto more = watch.run();
            ASSERT_TRUE(more) << more.error().what;
            if (!*more && news().empty()) return;
        }
        FAIL() << "work without an end";
    }
    std::vector<model::StoreId> news() {
        return *database->read([](db::Reader& r) { return db::stores_with_news(r, Watch::k_consumer); });
    }
    std::int64_t cursor(model::StoreId store) {
        return *database->read([&](db::Reader& r) { return db::cursor(r, Watch::k_consumer, store); });
    }
    std::vector<model::Event> events(model::StoreId store) {
        return *database->read([&](db::Reader& r) { return db::events_after(r, store, 0, 10'000); });
    }
    // As the event log tells of them, in that order.
    std::vector<model::Finding> findings(model::StoreId store) {
        std::vector<model::Finding> found;
        for (const model::Event& event : events(store)) {
            if (event.kind != model::EventKind::finding_made) continue;
            const auto detail = base::JsonDocument::parse(event.detail);
            const auto id = model::FindingId::parse(detail->root()["finding"].string_or());
            auto finding = database->read([&](db::Reader& r) { return db::find_finding(r, *id); });
            EXPECT_TRUE(finding) << event.detail;
            if (finding) found.push_back(*std::move(finding));
        }
        return found;
    }
    std::vector<model::Alert> alerts(model::StoreId store) {
        db::AlertFilter filter;
        filter.stores = {store};
        filter.stores_only = true;
        std::vector<model::Alert> of_store;
        auto page = database->read([&](db::Reader& r) { return db::list_alerts(r, filter, {}, 10'000); });
        EXPECT_TRUE(page);
        for (model::Alert& alert : page->rows)
            if (alert.store == store) of_store.push_back(std::move(alert));
        return of_store;
    }

    db::test::TestDatabase database;

  private:
    static model::Event event_of(const model::Message& message, model::MessageId id) {
        model::Event event;
        event.store = message.store;
        const bool outside = message.sender == model::SenderRole::buyer || message.sender == model::SenderRole::unknown;
        event.kind = outside ? model::EventKind::message_received : model::EventKind::message_sent;
        event.subject = id.text();
        event.happened_at = message.sent_at;
        return event;
    }
    int said_ = 0;
};

}  // namespace watch::test
