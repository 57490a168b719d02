#pragma once

#include <string_view>

// Texts of the migrations. Enumerations are stored by name, times as milliseconds, booleans as 0 and 1; nothing is NULL
// unless NULL says something.
namespace db::schema {

inline constexpr std::string_view k_stores = R"(
CREATE TABLE installation (one INTEGER PRIMARY KEY, uuid TEXT NOT NULL) STRICT;

CREATE TABLE id_numbers (kind TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;

CREATE TABLE apps (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    app_key TEXT NOT NULL,
    service_id TEXT NOT NULL,
    api_base TEXT NOT NULL,
    auth_base TEXT NOT NULL,
    consent_base TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (platform, app_key)
) STRICT;

CREATE TABLE app_secrets (
    app_id INTEGER NOT NULL REFERENCES apps (id) ON DELETE CASCADE,
    n INTEGER NOT NULL,
    secret BLOB NOT NULL,
    active_until INTEGER NOT NULL,
    PRIMARY KEY (app_id, n)
) STRICT;

CREATE TABLE stores (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    ext_id TEXT NOT NULL,
    name TEXT NOT NULL,
    shop_name TEXT NOT NULL,
    region TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    seller_type TEXT NOT NULL,
    seller_ext_id TEXT NOT NULL,
    app_id INTEGER NOT NULL,
    connection TEXT NOT NULL,
    connection_reason TEXT NOT NULL,
    status TEXT NOT NULL,
    status_source TEXT NOT NULL,
    status_checked_at INTEGER NOT NULL,
    token_expires_at INTEGER NOT NULL,
    authorisation_expires_at INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    proxy TEXT NOT NULL,
    proxy_user TEXT NOT NULL,
    last_sync_at INTEGER NOT NULL,
    last_webhook_at INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    demo INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX stores_by_ext_id ON stores (platform, ext_id) WHERE ext_id <> '';

CREATE TABLE store_secrets (
    store_id INTEGER PRIMARY KEY REFERENCES stores (id) ON DELETE CASCADE,
    access_token BLOB NOT NULL,
    refresh_token BLOB NOT NULL,
    cipher BLOB NOT NULL,
    proxy_password BLOB NOT NULL
) STRICT;

CREATE TABLE store_log (
    store_id INTEGER PRIMARY KEY,
    last_id INTEGER NOT NULL,
    last_event INTEGER NOT NULL
) STRICT;

CREATE TABLE events (
    store_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    happened_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (store_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX events_by_subject ON events (store_id, subject, n);

CREATE TABLE cursors (
    consumer TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    PRIMARY KEY (store_id, consumer)
) STRICT, WITHOUT ROWID;
)";

inline constexpr std::string_view k_orders = R"(
CREATE TABLE orders (
    {store_row},
    ext_id TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT NOT NULL,
    flags INTEGER NOT NULL,
    abnormal INTEGER NOT NULL,
    currency TEXT NOT NULL,
    total INTEGER NOT NULL,
    item_count INTEGER NOT NULL,
    first_item TEXT NOT NULL,
    buyer_ext_id TEXT NOT NULL,
    buyer_name BLOB NOT NULL,
    contact BLOB NOT NULL,
    payment_method TEXT NOT NULL,
    cash_on_delivery INTEGER NOT NULL,
    cancel_reason TEXT NOT NULL,
    cancelled_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    paid_at INTEGER NOT NULL,
    ship_by INTEGER NOT NULL,
    cancel_by INTEGER NOT NULL,
    source TEXT NOT NULL,
    collected_at INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX orders_by_ext_id ON orders (store_id, ext_id);
CREATE INDEX orders_by_store_status ON orders (store_id, status, created_at DESC, id DESC);
CREATE INDEX orders_by_store ON orders (store_id, created_at DESC, id DESC);
CREATE INDEX orders_by_status ON orders (status, created_at DESC, id DESC);
CREATE INDEX orders_by_age ON orders (created_at DESC, id DESC);
CREATE INDEX orders_abnormal ON orders (created_at DESC, id DESC) WHERE abnormal = 1;
CREATE INDEX orders_to_ship ON orders (ship_by) WHERE status = 'to_ship' AND ship_by > 0;

CREATE TABLE order_lines (
    store_id INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    n INTEGER NOT NULL,
    ext_id TEXT NOT NULL,
    product_ext_id TEXT NOT NULL,
    sku_ext_id TEXT NOT NULL,
    seller_sku TEXT NOT NULL,
    product_name TEXT NOT NULL,
    sku_name TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    currency TEXT NOT NULL,
    price INTEGER NOT NULL,
    raw_status TEXT NOT NULL,
    tracking_number TEXT NOT NULL,
    PRIMARY KEY (store_id, order_id, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_counts (
    store_id INTEGER NOT NULL,
    what TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (store_id, what)
) STRICT, WITHOUT ROWID;
)";

inline constexpr std::string_view k_messages = R"(
CREATE TABLE conversations (
    {store_row},
    ext_id TEXT NOT NULL,
    buyer_ext_id TEXT NOT NULL,
    buyer_name BLOB NOT NULL,
    unread INTEGER NOT NULL,
    can_send INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    collected_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX conversations_by_ext_id ON conversations (store_id, ext_id);
CREATE INDEX conversations_by_store ON conversations (store_id, last_message_at DESC, id DESC);
CREATE INDEX conversations_by_age ON conversations (last_message_at DESC, id DESC);

CREATE TABLE messages (
    {store_row},
    conversation_id INTEGER NOT NULL,
    ext_id TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_ext_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    content BLOB NOT NULL,
    raw_content BLOB NOT NULL,
    sent_at INTEGER NOT NULL,
    collected_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX messages_by_ext_id ON messages (store_id, ext_id);
CREATE INDEX messages_by_conversation ON messages (store_id, conversation_id, sent_at DESC, id DESC);

CREATE TABLE findings (
    {store_row},
    detector TEXT NOT NULL,
    rules_version TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    verdict TEXT NOT NULL,
    score REAL NOT NULL,
    reasons BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    identity TEXT NOT NULL,
    event_position INTEGER NOT NULL,
    as_of INTEGER NOT NULL
) STRICT;
CREATE INDEX findings_by_subject ON findings (store_id, subject_kind, subject, id DESC);

CREATE TABLE alerts (
    {store_row},
    identity TEXT NOT NULL,
    kind TEXT NOT NULL,
    category TEXT NOT NULL,
    severity TEXT NOT NULL,
    severity_rank INTEGER NOT NULL,
    state TEXT NOT NULL,
    close_reason TEXT NOT NULL,
    findings INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    assignee INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    closed_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
CREATE INDEX alerts_open ON alerts (store_id, identity, kind, last_at) WHERE state <> 'closed';
CREATE INDEX alerts_by_age ON alerts (last_at DESC, id DESC);
CREATE INDEX alerts_by_store ON alerts (store_id, last_at DESC, id DESC);
)";

inline constexpr std::string_view k_people = R"(
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    stores TEXT NOT NULL,
    disabled INTEGER NOT NULL,
    second_factor INTEGER NOT NULL,
    language TEXT NOT NULL,
    time_zone TEXT NOT NULL,
    theme TEXT NOT NULL,
    density TEXT NOT NULL,
    letter_keys INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    last_seen_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    password_hash TEXT NOT NULL,
    totp BLOB NOT NULL
) STRICT;

CREATE TABLE totp_steps (
    person_id INTEGER NOT NULL REFERENCES people (id),
    step INTEGER NOT NULL,
    PRIMARY KEY (person_id, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE recovery_codes (
    person_id INTEGER NOT NULL REFERENCES people (id),
    hash BLOB NOT NULL,
    PRIMARY KEY (person_id, hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    token_hash BLOB NOT NULL UNIQUE,
    stage TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    source TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    stepped_up_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_person ON sessions (person_id);

CREATE TABLE one_time_tokens (
    token_hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE throttles (
    counted TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT;

CREATE TABLE saved_views (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES people (id),
    screen TEXT NOT NULL,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    shared INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT;
)";

inline constexpr std::string_view k_work = R"(
CREATE TABLE outbox (
    {store_row},
    object TEXT NOT NULL,
    kind TEXT NOT NULL,
    intent TEXT NOT NULL,
    payload BLOB NOT NULL,
    state TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    lease_name TEXT NOT NULL,
    outcome TEXT NOT NULL,
    planned_at INTEGER NOT NULL,
    next_at INTEGER NOT NULL,
    sent_at INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    person_id INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX outbox_by_intent ON outbox (store_id, object, kind, intent);
CREATE INDEX outbox_open ON outbox (store_id, object, id) WHERE finished_at = 0;
CREATE INDEX outbox_due ON outbox (next_at, id) WHERE finished_at = 0;

CREATE TABLE leases (
    name TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fence INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE settings (
    setting TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    version INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by INTEGER NOT NULL
) STRICT;

CREATE TABLE imports (
    id INTEGER PRIMARY KEY,
    store_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    format TEXT NOT NULL,
    file_name TEXT NOT NULL,
    mapping TEXT NOT NULL,
    state TEXT NOT NULL,
    staged INTEGER NOT NULL,
    errors INTEGER NOT NULL,
    applied INTEGER NOT NULL,
    applied_line INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    applied_at INTEGER NOT NULL
) STRICT;

CREATE TABLE staged_rows (
    import_id INTEGER NOT NULL REFERENCES imports (id) ON DELETE CASCADE,
    line INTEGER NOT NULL,
    payload BLOB NOT NULL,
    error_key TEXT NOT NULL,
    error_detail TEXT NOT NULL,
    PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE sync_cursors (
    store_id INTEGER NOT NULL,
    stream TEXT NOT NULL,
    position TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    done_at INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    error_key TEXT NOT NULL,
    PRIMARY KEY (store_id, stream)
) STRICT, WITHOUT ROWID;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    store_id INTEGER NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL,
    at INTEGER NOT NULL
) STRICT;
)";

inline constexpr std::string_view k_audit = R"(
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    position INTEGER UNIQUE,
    leaf TEXT NOT NULL,
    leaf_hash BLOB NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_waiting ON audit_log (id) WHERE position IS NULL;
CREATE INDEX audit_by_actor ON audit_log (actor, id);
CREATE INDEX audit_by_object ON audit_log (object, id) WHERE object <> '';

CREATE TABLE audit_payloads (
    audit_id INTEGER PRIMARY KEY,
    salt BLOB NOT NULL,
    payload BLOB NOT NULL
) STRICT;

CREATE TABLE audit_nodes (
    level INTEGER NOT NULL,
    n INTEGER NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (level, n)
) STRICT, WITHOUT ROWID;

CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    root BLOB NOT NULL,
    note TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
    name TEXT PRIMARY KEY,
    public_key BLOB NOT NULL,
    seed BLOB NOT NULL
) STRICT;
)";

// On SQLite these are in files of their own.
inline constexpr std::string_view k_postgres = R"(
CREATE TABLE raw_events (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day TEXT NOT NULL,
    state INTEGER NOT NULL,
    platform TEXT NOT NULL,
    shop_ext_id TEXT NOT NULL,
    unique_key TEXT NOT NULL,
    store_id INTEGER NOT NULL,
    app_id INTEGER NOT NULL,
    kind TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    tries INTEGER NOT NULL,
    retry_at INTEGER NOT NULL,
    claimed_at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    UNIQUE (platform, shop_ext_id, unique_key)
);
CREATE INDEX raw_waiting ON raw_events (id) WHERE state = 0;
CREATE INDEX raw_open ON raw_events (state) WHERE state IN (1, 3);
CREATE INDEX raw_days ON raw_events (day);

CREATE TABLE raw_payloads (
    id INTEGER PRIMARY KEY,
    payload BLOB NOT NULL
);

CREATE TABLE search_entries (
    month TEXT NOT NULL,
    id INTEGER NOT NULL,
    n BIGINT GENERATED ALWAYS AS IDENTITY,
    what INTEGER NOT NULL,
    store_id INTEGER NOT NULL,
    tokens BIGINT[] NOT NULL,
    PRIMARY KEY (month, id)
);
CREATE INDEX search_tokens ON search_entries USING gin (tokens);
)";

// The latest time an instance saw: how far the clock went back while none ran.
inline constexpr std::string_view k_clock = R"(
CREATE TABLE clock_seen (one INTEGER PRIMARY KEY, seen_at INTEGER NOT NULL) STRICT;
)";

// The list of conversations: who waits for an answer, what is unread, where something dangerous was found. Findings
// made before this step mark their conversation with the next finding only.
inline constexpr std::string_view k_chats = R"(
ALTER TABLE conversations ADD COLUMN last_message INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN waiting_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN answered_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN read_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN danger INTEGER NOT NULL DEFAULT 0;
UPDATE conversations SET
    last_message = coalesce((SELECT m.id FROM messages m WHERE m.store_id = conversations.store_id AND
        m.conversation_id = conversations.id ORDER BY m.sent_at DESC, m.id DESC LIMIT 1), 0),
    answered_at = coalesce((SELECT max(m.sent_at) FROM messages m WHERE m.store_id = conversations.store_id AND
        m.conversation_id = conversations.id AND m.sender = 'agent'), 0);
UPDATE conversations SET
    read_at = answered_at,
    waiting_since = coalesce((SELECT min(m.sent_at) FROM messages m WHERE m.store_id = conversations.store_id AND
        m.conversation_id = conversations.id AND m.sender IN ('buyer', 'unknown') AND
        m.sent_at > conversations.answered_at), 0),
    unread = (SELECT count(*) FROM messages m WHERE m.store_id = conversations.store_id AND
        m.conversation_id = conversations.id AND m.sender IN ('buyer', 'unknown') AND
        m.sent_at > conversations.answered_at);
CREATE INDEX conversations_waiting ON conversations (last_message_at DESC, id DESC) WHERE waiting_since > 0;
CREATE INDEX conversations_unread ON conversations (last_message_at DESC, id DESC) WHERE unread > 0;
CREATE INDEX conversations_danger ON conversations (last_message_at DESC, id DESC) WHERE danger > 0;
CREATE INDEX orders_by_buyer ON orders (store_id, buyer_ext_id, created_at DESC, id DESC) WHERE buyer_ext_id <> '';
)";

// Stores that were connected before conversations were polled.
inline constexpr std::string_view k_chat_stream = R"(
INSERT INTO sync_cursors (store_id, stream, position, due_at, done_at, failures, error_key)
    SELECT store_id, 'messages', '', 0, 0, 0, '' FROM sync_cursors WHERE stream = 'orders';
)";

// What still holds buyer data, by when it was collected: retention looks for it every hour.
inline constexpr std::string_view k_retention = R"(
CREATE INDEX orders_with_contact ON orders (store_id, collected_at, id) WHERE length(contact) > 0;
CREATE INDEX messages_with_text ON messages (store_id, collected_at, id) WHERE length(content) + length(raw_content) > 0;
CREATE INDEX conversations_with_name ON conversations (store_id, collected_at) WHERE length(buyer_name) > 0;
)";

// What an import did: the staged rows it could be counted from are removed.
inline constexpr std::string_view k_import_counts = R"(
ALTER TABLE imports ADD COLUMN made INTEGER NOT NULL DEFAULT 0;
ALTER TABLE imports ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
)";

// Where each store's calls leave from.
inline constexpr std::string_view k_exits = R"(
CREATE TABLE exits (
    store_id INTEGER PRIMARY KEY,
    proxy TEXT NOT NULL,
    address TEXT NOT NULL,
    country TEXT NOT NULL,
    seen_at INTEGER NOT NULL,
    previous_address TEXT NOT NULL,
    previous_country TEXT NOT NULL,
    changed_at INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    error_key TEXT NOT NULL
) STRICT;
)";

// Findings that raised no alert, for the overview.
inline constexpr std::string_view k_weak_findings = R"(
CREATE INDEX findings_weak ON findings (as_of) WHERE severity = 'low';
)";

inline constexpr std::string_view k_returns = R"(
CREATE TABLE returns (
    {store_row},
    ext_id TEXT NOT NULL,
    cancellation INTEGER NOT NULL,
    order_ext_id TEXT NOT NULL,
    buyer_ext_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    status TEXT NOT NULL,
    raw_status TEXT NOT NULL,
    raw_action TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    reason_text TEXT NOT NULL,
    buyer_text BLOB NOT NULL,
    item TEXT NOT NULL,
    item_count INTEGER NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    disputed INTEGER NOT NULL,
    tracking_number TEXT NOT NULL,
    open INTEGER NOT NULL,
    answer_by INTEGER NOT NULL,
    answer_order INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    collected_at INTEGER NOT NULL,
    digest BLOB NOT NULL
) STRICT;
CREATE UNIQUE INDEX returns_by_ext_id ON returns (store_id, ext_id, cancellation);
CREATE INDEX returns_by_order ON returns (store_id, order_ext_id);
CREATE INDEX returns_by_store ON returns (store_id, created_at DESC, id DESC);
CREATE INDEX returns_by_age ON returns (created_at DESC, id DESC);
CREATE INDEX returns_open ON returns (answer_order, id, store_id) WHERE open = 1;
CREATE INDEX returns_with_text ON returns (store_id, collected_at, id) WHERE length(buyer_text) > 0;

INSERT INTO sync_cursors (store_id, stream, position, due_at, done_at, failures, error_key)
SELECT store_id, 'returns', '', 0, 0, 0, '' FROM sync_cursors WHERE stream = 'orders';
INSERT INTO sync_cursors (store_id, stream, position, due_at, done_at, failures, error_key)
SELECT store_id, 'cancellations', '', 0, 0, 0, '' FROM sync_cursors WHERE stream = 'orders';
)";

}  // namespace db::schema
