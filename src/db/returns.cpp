#include "db/returns.h"

#include <fmt/format.h>

#include <array>
#include <string>

#include "db/codec.h"
#include "db/columns.h"
#include "db/events.h"
#include "db/keys.h"

namespace db {
namespace {

// Without a deadline: after all that have one. The last second of the year 9999.
constexpr std::int64_t k_no_deadline = 253'402'300'799'000;

constexpr std::string_view k_columns =
    "store_id, id, ext_id, order_ext_id, buyer_ext_id, kind, status, raw_status, raw_action, asked_by, reason, "
    "reason_text, buyer_text, item, item_count, currency, amount, disputed, tracking_number, answer_by, created_at, "
    "updated_at, collected_at, answer_order";
constexpr int k_created_at = 20, k_answer_order = 23;

Result<model::Return> read_return(const Reader& reader, const Row& row) {
    model::Return one;
    one.store = row.id<model::StoreId>(0);
    one.id = row.id<model::ReturnId>(1);
    one.ext_id = row.string(2);
    one.order_ext_id = row.string(3);
    one.buyer_ext_id = row.string(4);
    one.kind = model::parse_return_kind(row.text(5)).value_or(model::ReturnKind::refund_only);
    one.status = model::parse_return_status(row.text(6)).value_or(model::ReturnStatus::unknown);
    one.raw_status = row.string(7);
    one.raw_action = row.string(8);
    one.asked_by = row.string(9);
    one.reason = row.string(10);
    one.reason_text = row.string(11);
    one.buyer_text = base::PiiText(
        TRY(codec::open_or_empty(reader, row.blob(12), codec::place(column::return_buyer_text, one.store, one.id))));
    one.item = row.string(13);
    one.item_count = row.integer(14);
    one.amount = {row.integer(16), base::Currency::parse(row.text(15)).value_or(base::Currency{})};
    one.disputed = row.boolean(17);
    one.tracking_number = row.string(18);
    one.answer_by = row.time(19);
    one.created_at = row.time(k_created_at);
    one.updated_at = row.time(21);
    one.collected_at = row.time(22);
    return one;
}

struct Stored {
    model::ReturnId id;
    model::ReturnStatus status = model::ReturnStatus::unknown;
    base::Time updated_at;
    base::Time collected_at;
    std::string digest;
    bool forgotten = false;
};

Result<std::optional<Stored>> find_stored(Reader& reader, const model::Return& one) {
    return reader.one(
        "SELECT id, status, updated_at, collected_at, digest, length(buyer_text) FROM returns WHERE store_id = ?1 AND "
        "ext_id = ?2 AND cancellation = ?3",
        {one.store, one.ext_id, one.is_cancellation()}, [](const Row& row) {
            return Stored{row.id<model::ReturnId>(0),
                          model::parse_return_status(row.text(1)).value_or(model::ReturnStatus::unknown),
                          row.time(2),
                          row.time(3),
                          std::string(row.blob(4)),
                          row.integer(5) == 0};
        });
}

// Keyed, since the buyer's text goes in.
Result<std::string> digest_of(const Reader& reader, const model::Return& one) {
    const auto key = TRY(reader.keys().get(purpose::digest, one.store.text()));
    const std::string content =
        codec::pack({model::name(one.kind), model::name(one.status), one.raw_status, one.raw_action, one.asked_by,
                     one.order_ext_id, one.buyer_ext_id, one.reason, one.reason_text, one.buyer_text.reveal(), one.item,
                     std::to_string(one.item_count), one.amount.currency.text(), std::to_string(one.amount.minor),
                     one.disputed ? "1" : "0", one.tracking_number, std::to_string(one.answer_by.ms),
                     std::to_string(one.created_at.ms)});
    return base::hmac_sha256(key->secret, content).substr(0, 16);
}

enum class Write { insert, update, update_forgotten };

Result<void> write_row(Tx& tx, const model::Return& one, std::string_view digest, Write how) {
    // An empty text is sealed too, so that an empty column means: forgotten.
    std::string sealed = TRY(
        codec::seal_pii(tx, column::return_buyer_text, one.store, one.id, one.collected_at, one.buyer_text.reveal()));
    if (how == Write::update_forgotten) sealed.clear();
    const std::string currency = one.amount.currency.text();
    const std::int64_t answer_order = one.answer_by ? one.answer_by.ms : k_no_deadline;
    const std::array<Arg, 27> args{Arg(one.store),
                                   one.id,
                                   one.ext_id,
                                   one.is_cancellation(),
                                   one.order_ext_id,
                                   one.buyer_ext_id,
                                   model::name(one.kind),
                                   model::name(one.status),
                                   one.raw_status,
                                   one.raw_action,
                                   one.asked_by,
                                   one.reason,
                                   one.reason_text,
                                   Blob{sealed},
                                   one.item,
                                   one.item_count,
                                   currency,
                                   one.amount.minor,
                                   one.disputed,
                                   one.tracking_number,
                                   one.open(),
                                   one.answer_by,
                                   answer_order,
                                   one.created_at,
                                   one.updated_at,
                                   Blob{digest},
                                   one.collected_at};
    TRY_VOID(tx.exec(
        how == Write::insert
            ? "INSERT INTO returns (store_id, id, ext_id, cancellation, order_ext_id, buyer_ext_id, kind, status, "
              "raw_status, raw_action, asked_by, reason, reason_text, buyer_text, item, item_count, currency, amount, "
              "disputed, tracking_number, open, answer_by, answer_order, created_at, updated_at, digest, collected_at) "
              "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, "
              "?22, ?23, ?24, ?25, ?26, ?27)"
            : "UPDATE returns SET ext_id = ?3, cancellation = ?4, order_ext_id = ?5, buyer_ext_id = ?6, kind = ?7, "
              "status = ?8, raw_status = ?9, raw_action = ?10, asked_by = ?11, reason = ?12, reason_text = ?13, "
              "buyer_text = ?14, item = ?15, item_count = ?16, currency = ?17, amount = ?18, disputed = ?19, "
              "tracking_number = ?20, open = ?21, answer_by = ?22, answer_order = ?23, created_at = ?24, "
              "updated_at = ?25, digest = ?26, collected_at = ?27 WHERE store_id = ?1 AND id = ?2",
        args));
    return {};
}

}  // namespace

Result<ReturnUpsert> upsert_return(Tx& tx, const model::Return& given) {
    model::Return one = given;
    const auto stored = TRY(find_stored(tx, one));
    if (!stored) {
        if (!one.collected_at) one.collected_at = tx.now();
        one.id.value = TRY(draw_store_id(tx, one.store));
        const auto digest = TRY(digest_of(tx, one));
        TRY_VOID(write_row(tx, one, digest, Write::insert));
        return ReturnUpsert{Upserted::created, one.id, one.status};
    }
    one.id = stored->id;
    one.collected_at = stored->collected_at;
    const ReturnUpsert unchanged{Upserted::unchanged, one.id, stored->status};
    if (one.updated_at < stored->updated_at) return unchanged;
    if (stored->forgotten) one.buyer_text = {};
    const auto digest = TRY(digest_of(tx, one));
    if (digest == stored->digest) {
        if (one.updated_at > stored->updated_at)
            TRY_VOID(tx.exec("UPDATE returns SET updated_at = ?3 WHERE store_id = ?1 AND id = ?2",
                             {one.store, one.id, one.updated_at}));
        return unchanged;
    }
    TRY_VOID(write_row(tx, one, digest, stored->forgotten ? Write::update_forgotten : Write::update));
    return ReturnUpsert{Upserted::changed, one.id, stored->status};
}

Result<model::Return> find_return(Reader& reader, model::ReturnId id) {
    static const std::string k_sql = fmt::format("SELECT {} FROM returns WHERE store_id = ?1 AND id = ?2", k_columns);
    auto found = TRY(reader.one(k_sql, {store_of(id), id}, [&](const Row& row) { return read_return(reader, row); }));
    if (!found) return fail(Code::not_found, "return " + id.text());
    return std::move(*found);
}

Result<ReturnPage> list_returns(Reader& reader, const ReturnFilter& filter, PageKey after, std::size_t limit) {
    ReturnPage page;
    if (limit == 0) return page;
    std::vector<Arg> args;
    const auto bind = [&args](Arg arg) {
        args.push_back(arg);
        return fmt::format("?{}", args.size());
    };
    std::string where;
    if (!filter.stores.empty()) {
        std::string list;
        for (const model::StoreId store : filter.stores) list += (list.empty() ? "" : ", ") + bind(store);
        where += fmt::format(" AND store_id IN ({})", list);
    }
    if (filter.platform)
        where += fmt::format(" AND store_id IN (SELECT id FROM stores WHERE platform = {})",
                             bind(model::name(*filter.platform)));
    if (filter.status) where += fmt::format(" AND status = {}", bind(model::name(*filter.status)));
    if (filter.kind) where += fmt::format(" AND kind = {}", bind(model::name(*filter.kind)));
    if (!filter.order_ext_id.empty()) where += fmt::format(" AND order_ext_id = {}", bind(filter.order_ext_id));
    if (filter.answer_before) where += fmt::format(" AND answer_by > 0 AND answer_by < {}", bind(filter.answer_before));
    const bool answer_first = filter.order == ReturnOrder::answer_first;
    if (answer_first) where += " AND open = 1";
    if (after) {
        const std::string time = bind(after.created_at);
        const std::string id = bind(after.id);
        where += answer_first ? fmt::format(" AND (answer_order, id) > ({}, {})", time, id)
                              : fmt::format(" AND (created_at, id) < ({}, {})", time, id);
    }
    const std::string sql = fmt::format("SELECT {} FROM returns WHERE 1 = 1{} ORDER BY {} LIMIT {}", k_columns, where,
                                        answer_first ? "answer_order, id" : "created_at DESC, id DESC", bind(limit));
    PageKey last;
    page.rows = TRY(reader.all(sql, Args(args), [&](const Row& row) -> Result<model::Return> {
        last = {row.time(answer_first ? k_answer_order : k_created_at), row.integer(1)};
        return read_return(reader, row);
    }));
    if (page.rows.size() == limit) page.next = last;
    return page;
}

Result<std::map<model::StoreId, ReturnCounts>> count_open_returns(Reader& reader, base::Time due_before) {
    std::map<model::StoreId, ReturnCounts> counts;
    TRY_VOID(reader.each(
        "SELECT store_id, count(*), CAST(coalesce(sum(CASE WHEN answer_order < ?1 THEN 1 ELSE 0 END), 0) AS BIGINT) "
        "FROM returns WHERE open = 1 GROUP BY store_id",
        {due_before}, [&](const Row& row) { counts[row.id<model::StoreId>(0)] = {row.integer(1), row.integer(2)}; }));
    return counts;
}

Result<std::vector<model::ReturnId>> forget_return_texts(Tx& tx, model::StoreId store, base::Time before,
                                                         std::size_t limit) {
    return tx.all(
        "UPDATE returns SET buyer_text = ?4 WHERE store_id = ?1 AND id IN (SELECT id FROM returns WHERE store_id = ?1 "
        "AND collected_at < ?2 AND length(buyer_text) > 0 ORDER BY collected_at, id LIMIT ?3) RETURNING id",
        {store, before, limit, Blob{""}}, [](const Row& row) { return row.id<model::ReturnId>(0); });
}

}  // namespace db
