#include "db/orders.h"

#include <array>

#include "db/codec.h"
#include "db/events.h"
#include "db/order_rows.h"

namespace db {
namespace {

using model::OrderStatus;

constexpr std::string_view k_abnormal = "abnormal", k_all = "all";

bool abnormal(std::uint32_t flags) {
    return (flags & model::k_abnormal_flags) != 0;
}

struct Stored {
    model::OrderId id;
    OrderStatus status = OrderStatus::unknown;
    std::uint32_t flags = 0;
    base::Time updated_at;
    base::Time collected_at;
    std::string digest;
    bool forgotten = false;  // Retention removed the buyer's data: they are not collected a second time.
};

Result<std::optional<Stored>> find_stored(Reader& reader, model::StoreId store, std::string_view ext_id) {
    return reader.one(
        "SELECT id, status, flags, updated_at, collected_at, digest, length(contact) FROM orders WHERE store_id = ?1 "
        "AND ext_id = ?2",
        {store, ext_id}, [](const Row& row) {
            return Stored{row.id<model::OrderId>(0),
                          model::parse_order_status(row.text(1)).value_or(OrderStatus::unknown),
                          static_cast<std::uint32_t>(row.integer(2)),
                          row.time(3),
                          row.time(4),
                          std::string(row.blob(5)),
                          row.integer(6) == 0};
        });
}

// Two orders of equal content have equal digests. Keyed, since buyer data that can be guessed goes in.
Result<std::string> digest_of(const Reader& reader, const model::Order& o) {
    const auto key = TRY(reader.keys().get(purpose::digest, o.store.text()));
    std::string content = codec::pack({model::name(o.status),
                                       o.raw_status,
                                       std::to_string(o.flags & ~std::uint32_t{model::k_flag_ship_overdue}),
                                       o.total.currency.text(),
                                       std::to_string(o.total.minor),
                                       std::to_string(o.item_count),
                                       o.buyer_ext_id,
                                       o.buyer_name.reveal(),
                                       o.buyer_note.reveal(),
                                       o.recipient.name.reveal(),
                                       o.recipient.phone.reveal(),
                                       o.recipient.address.reveal(),
                                       o.recipient.region,
                                       o.payment_method,
                                       o.cash_on_delivery ? "1" : "0",
                                       o.cancel_reason,
                                       o.cancelled_by,
                                       std::to_string(o.created_at.ms),
                                       std::to_string(o.paid_at.ms),
                                       std::to_string(o.ship_by.ms),
                                       std::to_string(o.cancel_by.ms),
                                       o.source});
    for (const model::OrderLine& l : o.lines)
        content += codec::pack({l.ext_id, l.product_ext_id, l.sku_ext_id, l.seller_sku, l.product_name, l.sku_name,
                                std::to_string(l.quantity), l.price.currency.text(), std::to_string(l.price.minor),
                                l.raw_status, l.tracking_number});
    return base::hmac_sha256(key->secret, content).substr(0, 16);
}

Result<void> count(Tx& tx, model::StoreId store, std::string_view what, std::int64_t by) {
    if (by == 0) return {};
    TRY_VOID(
        tx.exec("INSERT INTO order_counts (store_id, what, value) VALUES (?1, ?2, ?3) "
                "ON CONFLICT (store_id, what) DO UPDATE SET value = order_counts.value + ?3",
                {store, what, by}));
    return {};
}

Result<void> count_change(Tx& tx, model::StoreId store, OrderStatus old_status, OrderStatus new_status,
                          std::uint32_t old_flags, std::uint32_t new_flags) {
    if (old_status != new_status) {
        TRY_VOID(count(tx, store, model::name(old_status), -1));
        TRY_VOID(count(tx, store, model::name(new_status), 1));
    }
    return count(tx, store, k_abnormal, int{abnormal(new_flags)} - int{abnormal(old_flags)});
}

Result<void> write_lines(Tx& tx, const model::Order& o, bool replace) {
    if (replace) TRY_VOID(tx.exec("DELETE FROM order_lines WHERE store_id = ?1 AND order_id = ?2", {o.store, o.id}));
    std::int64_t n = 0;
    for (const model::OrderLine& l : o.lines)
        TRY_VOID(
            tx.exec("INSERT INTO order_lines (store_id, order_id, n, ext_id, product_ext_id, sku_ext_id, seller_sku, "
                    "product_name, sku_name, quantity, currency, price, raw_status, tracking_number) "
                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
                    {o.store, o.id, n++, l.ext_id, l.product_ext_id, l.sku_ext_id, l.seller_sku, l.product_name,
                     l.sku_name, l.quantity, l.price.currency.text(), l.price.minor, l.raw_status, l.tracking_number}));
    return {};
}

enum class Write { insert, update, update_forgotten };

Result<void> write_row(Tx& tx, const model::Order& o, std::string_view digest, Write how) {
    const auto buyer =
        TRY(codec::seal_pii(tx, column::order_buyer_name, o.store, o.id, o.collected_at, o.buyer_name.reveal()));
    std::string plain = codec::pack({o.buyer_note.reveal(), o.recipient.name.reveal(), o.recipient.phone.reveal(),
                                     o.recipient.address.reveal(), o.recipient.region});
    if (how == Write::update_forgotten) plain.clear();
    const auto contact = TRY(codec::seal_pii(tx, column::order_contact, o.store, o.id, o.collected_at, plain));
    const std::string currency = o.total.currency.text();
    const std::string_view first_item = o.lines.empty() ? std::string_view() : o.lines.front().product_name;
    const std::array<Arg, 25> args{Arg(o.store),    o.id,           o.ext_id,          model::name(o.status),
                                   o.raw_status,    o.flags,        abnormal(o.flags), currency,
                                   o.total.minor,   o.item_count,   first_item,        o.buyer_ext_id,
                                   Blob{buyer},     Blob{contact},  o.payment_method,  o.cash_on_delivery,
                                   o.cancel_reason, o.cancelled_by, o.created_at,      o.updated_at,
                                   o.paid_at,       o.ship_by,      o.cancel_by,       o.source,
                                   Blob{digest}};
    if (how != Write::insert) {
        TRY_VOID(tx.exec(
            "UPDATE orders SET ext_id = ?3, status = ?4, raw_status = ?5, flags = ?6, abnormal = ?7, currency = ?8, "
            "total = ?9, item_count = ?10, first_item = ?11, buyer_ext_id = ?12, buyer_name = ?13, contact = ?14, "
            "payment_method = ?15, cash_on_delivery = ?16, cancel_reason = ?17, cancelled_by = ?18, created_at = ?19, "
            "updated_at = ?20, paid_at = ?21, ship_by = ?22, cancel_by = ?23, source = ?24, digest = ?25 "
            "WHERE store_id = ?1 AND id = ?2",
            args));
        return {};
    }
    std::vector<Arg> all(args.begin(), args.end());
    all.emplace_back(o.collected_at);
    TRY_VOID(tx.exec(
        "INSERT INTO orders (store_id, id, ext_id, status, raw_status, flags, abnormal, currency, total, item_count, "
        "first_item, buyer_ext_id, buyer_name, contact, payment_method, cash_on_delivery, cancel_reason, cancelled_by, "
        "created_at, updated_at, paid_at, ship_by, cancel_by, source, digest, collected_at) VALUES (?1, ?2, ?3, ?4, "
        "?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
        all));
    return {};
}

}  // namespace

Result<OrderUpsert> upsert_order(Tx& tx, const model::Order& order) {
    model::Order o = order;
    const auto stored = TRY(find_stored(tx, o.store, o.ext_id));
    if (!stored) {
        if (!o.collected_at) o.collected_at = tx.now();
        o.id.value = TRY(draw_store_id(tx, o.store));
        const auto digest = TRY(digest_of(tx, o));
        TRY_VOID(write_row(tx, o, digest, Write::insert));
        TRY_VOID(write_lines(tx, o, false));
        TRY_VOID(count(tx, o.store, model::name(o.status), 1));
        TRY_VOID(count(tx, o.store, k_abnormal, abnormal(o.flags)));
        TRY_VOID(count(tx, o.store, k_all, 1));
        return OrderUpsert{Upserted::created, o.id, o.status, o.flags};
    }
    o.id = stored->id;
    o.collected_at = stored->collected_at;
    const OrderUpsert unchanged{Upserted::unchanged, o.id, stored->status, stored->flags};
    if (o.updated_at < stored->updated_at) return unchanged;
    if (stored->forgotten) {
        o.buyer_name = {};
        o.buyer_note = {};
        o.recipient = {};
    }
    const auto digest = TRY(digest_of(tx, o));
    if (digest == stored->digest) {
        // Nothing new but the version: remembered, so that an older one is known as such.
        if (o.updated_at > stored->updated_at)
            TRY_VOID(tx.exec("UPDATE orders SET updated_at = ?3 WHERE store_id = ?1 AND id = ?2",
                             {o.store, o.id, o.updated_at}));
        return unchanged;
    }
    // Whether it is overdue is decided by time, not by the marketplace: it stays while the order still waits.
    if (o.status == OrderStatus::to_ship && o.ship_by && o.ship_by < tx.now())
        o.flags |= stored->flags & model::k_flag_ship_overdue;
    TRY_VOID(write_row(tx, o, digest, stored->forgotten ? Write::update_forgotten : Write::update));
    TRY_VOID(write_lines(tx, o, true));
    TRY_VOID(count_change(tx, o.store, stored->status, o.status, stored->flags, o.flags));
    return OrderUpsert{Upserted::changed, o.id, stored->status, stored->flags};
}

Result<model::Order> find_order(Reader& reader, model::OrderId id) {
    static const std::string k_sql =
        "SELECT " + std::string(rows::k_order_detail) + " FROM orders WHERE store_id = ?1 AND id = ?2";
    const model::StoreId store = store_of(id);
    auto found = TRY(reader.one(k_sql, {store, id}, [&](const Row& row) { return rows::read_order(reader, row); }));
    if (!found) return fail(Code::not_found, "order " + id.text());
    found->lines = TRY(rows::read_lines(reader, store, id));
    return std::move(*found);
}

Result<std::optional<model::Order>> find_order_by_ext_id(Reader& reader, model::StoreId store,
                                                         std::string_view ext_id) {
    const auto stored = TRY(find_stored(reader, store, ext_id));
    if (!stored) return std::optional<model::Order>();
    return std::optional<model::Order>(TRY(find_order(reader, stored->id)));
}

Result<bool> flag_order(Tx& tx, model::OrderId id, std::uint32_t set, std::uint32_t clear) {
    const model::StoreId store = store_of(id);
    const auto old = TRY(tx.one("SELECT flags FROM orders WHERE store_id = ?1 AND id = ?2", {store, id},
                                [](const Row& row) { return static_cast<std::uint32_t>(row.integer(0)); }));
    if (!old) return fail(Code::not_found, "order " + id.text());
    const std::uint32_t now = (*old | set) & ~clear;
    if (now == *old) return false;
    TRY_VOID(tx.exec("UPDATE orders SET flags = ?3, abnormal = ?4 WHERE store_id = ?1 AND id = ?2",
                     {store, id, now, abnormal(now)}));
    TRY_VOID(count(tx, store, k_abnormal, int{abnormal(now)} - int{abnormal(*old)}));
    return true;
}

Result<std::vector<model::OrderId>> orders_newly_overdue(Reader& reader, base::Time now, std::size_t limit) {
    return reader.all(
        "SELECT id FROM orders WHERE status = 'to_ship' AND ship_by > 0 AND ship_by < ?1 AND (flags & ?2) = 0 "
        "ORDER BY ship_by LIMIT ?3",
        {now, std::uint32_t{model::k_flag_ship_overdue}, limit},
        [](const Row& row) { return row.id<model::OrderId>(0); });
}

Result<std::size_t> recount_orders(Tx& tx, model::StoreId store) {
    std::map<std::string, std::int64_t> real, kept;
    TRY_VOID(
        tx.each("SELECT status, count(*), CAST(coalesce(sum(abnormal), 0) AS BIGINT) FROM orders WHERE store_id = ?1 "
                "GROUP BY status",
                {store}, [&](const Row& row) {
                    real[row.string(0)] = row.integer(1);
                    real[std::string(k_all)] += row.integer(1);
                    real[std::string(k_abnormal)] += row.integer(2);
                }));
    TRY_VOID(tx.each("SELECT what, value FROM order_counts WHERE store_id = ?1", {store}, [&](const Row& row) {
        if (row.integer(1) != 0) kept[row.string(0)] = row.integer(1);
    }));
    std::erase_if(real, [](const auto& entry) { return entry.second == 0; });
    if (real == kept) return std::size_t{0};
    std::size_t wrong = 0;
    for (const auto& [what, value] : real)
        if (const auto found = kept.find(what); found == kept.end() || found->second != value) ++wrong;
    for (const auto& [what, value] : kept) wrong += real.contains(what) ? 0 : 1;
    TRY_VOID(tx.exec("DELETE FROM order_counts WHERE store_id = ?1", {store}));
    for (const auto& [what, value] : real) TRY_VOID(count(tx, store, what, value));
    return wrong;
}

Result<std::map<model::StoreId, OrderCounts>> count_orders_by_store(Reader& reader) {
    std::map<model::StoreId, OrderCounts> counts;
    TRY_VOID(reader.each("SELECT store_id, what, value FROM order_counts", {}, [&](const Row& row) {
        OrderCounts& c = counts[row.id<model::StoreId>(0)];
        if (row.text(1) == k_all)
            c.all = row.integer(2);
        else if (row.text(1) == k_abnormal)
            c.abnormal = row.integer(2);
        else
            c.by_status[model::parse_order_status(row.text(1)).value_or(OrderStatus::unknown)] += row.integer(2);
    }));
    return counts;
}

Result<OrderCounts> count_orders(Reader& reader, const std::vector<model::StoreId>& stores) {
    const auto by_store = TRY(count_orders_by_store(reader));
    OrderCounts sum;
    const auto add = [&sum](const OrderCounts& c) {
        sum.all += c.all;
        sum.abnormal += c.abnormal;
        for (const auto& [status, value] : c.by_status) sum.by_status[status] += value;
    };
    if (stores.empty()) {
        for (const auto& [store, counts] : by_store) add(counts);
    } else {
        for (const model::StoreId store : stores)
            if (const auto found = by_store.find(store); found != by_store.end()) add(found->second);
    }
    return sum;
}

Result<std::vector<model::OrderId>> forget_order_buyers(Tx& tx, model::StoreId store, const BuyerTerm& term,
                                                        std::size_t limit) {
    return tx.all(
        "UPDATE orders SET buyer_name = ?5, contact = ?5 WHERE store_id = ?1 AND id IN (SELECT id FROM orders WHERE "
        "store_id = ?1 AND collected_at < ?2 AND length(contact) > 0 AND (collected_at < ?3 OR (updated_at < ?2 AND "
        "status IN ('delivered', 'completed', 'cancelled'))) ORDER BY collected_at, id LIMIT ?4) RETURNING id",
        {store, std::max(term.settled_before, term.collected_before), term.collected_before, limit, Blob{""}},
        [](const Row& row) { return row.id<model::OrderId>(0); });
}

}  // namespace db
