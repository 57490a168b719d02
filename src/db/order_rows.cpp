#include "db/order_rows.h"

#include "db/codec.h"

namespace db::rows {
namespace {

base::Currency currency(std::string_view text) {
    return base::Currency::parse(text).value_or(base::Currency{});
}

}  // namespace

Result<model::Order> read_list_order(const Reader& reader, const Row& row) {
    model::Order o;
    o.store = row.id<model::StoreId>(0);
    o.id = row.id<model::OrderId>(1);
    o.ext_id = row.string(2);
    o.status = model::parse_order_status(row.text(3)).value_or(model::OrderStatus::unknown);
    o.raw_status = row.string(4);
    o.flags = static_cast<std::uint32_t>(row.integer(5));
    o.total = {row.integer(7), currency(row.text(6))};
    o.item_count = row.integer(8);
    o.buyer_ext_id = row.string(9);
    o.buyer_name = base::PiiText(
        TRY(codec::open_or_empty(reader, row.blob(10), codec::place(column::order_buyer_name, o.store, o.id))));
    o.payment_method = row.string(11);
    o.cash_on_delivery = row.boolean(12);
    o.cancel_reason = row.string(13);
    o.cancelled_by = row.string(14);
    o.created_at = row.time(15);
    o.updated_at = row.time(16);
    o.paid_at = row.time(17);
    o.ship_by = row.time(18);
    o.cancel_by = row.time(19);
    o.source = row.string(20);
    o.collected_at = row.time(21);
    return o;
}

Result<model::Order> read_order(const Reader& reader, const Row& row) {
    model::Order o = TRY(read_list_order(reader, row));
    const std::string plain =
        TRY(codec::open_or_empty(reader, row.blob(k_contact), codec::place(column::order_contact, o.store, o.id)));
    if (plain.empty()) return o;
    auto parts = TRY(codec::unpack(plain, 5));
    o.buyer_note = base::PiiText(std::move(parts[0]));
    o.recipient.name = base::PiiText(std::move(parts[1]));
    o.recipient.phone = base::PiiText(std::move(parts[2]));
    o.recipient.address = base::PiiText(std::move(parts[3]));
    o.recipient.region = std::move(parts[4]);
    return o;
}

Result<std::vector<model::OrderLine>> read_lines(Reader& reader, model::StoreId store, model::OrderId id) {
    return reader.all(
        "SELECT ext_id, product_ext_id, sku_ext_id, seller_sku, product_name, sku_name, quantity, currency, price, "
        "raw_status, tracking_number FROM order_lines WHERE store_id = ?1 AND order_id = ?2 ORDER BY n",
        {store, id}, [](const Row& row) {
            return model::OrderLine{.ext_id = row.string(0),
                                    .product_ext_id = row.string(1),
                                    .sku_ext_id = row.string(2),
                                    .seller_sku = row.string(3),
                                    .product_name = row.string(4),
                                    .sku_name = row.string(5),
                                    .quantity = row.integer(6),
                                    .price = {row.integer(8), currency(row.text(7))},
                                    .raw_status = row.string(9),
                                    .tracking_number = row.string(10)};
        });
}

}  // namespace db::rows
