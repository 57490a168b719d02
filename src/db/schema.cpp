#include <array>

#include "db/migrations.h"
#include "db/schema.h"

namespace db {

// A step that was released is never edited: what changes is a new step.
std::span<const Migration> migrations() {
    static constexpr std::array k_all{
        Migration{1, 1, "stores and event log", schema::k_stores},
        Migration{2, 1, "orders", schema::k_orders},
        Migration{3, 1, "conversations, findings, alerts", schema::k_messages},
        Migration{4, 1, "people", schema::k_people},
        Migration{5, 1, "outbox, leases, settings, imports, polling", schema::k_work},
        Migration{6, 1, "audit log", schema::k_audit},
        Migration{7, 1, "inbox", schema::k_postgres, true},
        Migration{8, 1, "clock", schema::k_clock},
        Migration{9, 1, "retention", schema::k_retention},
        Migration{10, 1, "what an import did", schema::k_import_counts},
        Migration{11, 1, "list of conversations", schema::k_chats},
        Migration{12, 1, "polling of conversations", schema::k_chat_stream},
        Migration{13, 1, "exits", schema::k_exits},
        Migration{14, 1, "weak findings", schema::k_weak_findings},
        Migration{15, 1, "returns", schema::k_returns},
    };
    return k_all;
}

}  // namespace db
