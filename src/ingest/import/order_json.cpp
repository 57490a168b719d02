#include "ingest/import/order_json.h"

#include <boost/json.hpp>

#include "base/json.h"

namespace ingest {
namespace {

base::Money money_of(const base::Json& json, std::string_view currency) {
    base::Money money;
    if (const auto known = base::Currency::parse(currency)) money.currency = *known;
    money.minor = json.integer_or(0);
    return money;
}

}  // namespace

std::string to_json(const model::Order& order) {
    boost::json::array lines;
    for (const model::OrderLine& line : order.lines)
        lines.push_back(boost::json::object{{"sku", line.sku_ext_id},
                                            {"seller_sku", line.seller_sku},
                                            {"product", line.product_name},
                                            {"variation", line.sku_name},
                                            {"quantity", line.quantity},
                                            {"price", line.price.minor},
                                            {"tracking", line.tracking_number}});
    return boost::json::serialize(boost::json::object{{"id", order.ext_id},
                                                      {"status", model::name(order.status)},
                                                      {"raw_status", order.raw_status},
                                                      {"flags", order.flags},
                                                      {"currency", order.total.currency.text()},
                                                      {"total", order.total.minor},
                                                      {"items", order.item_count},
                                                      {"buyer", order.buyer_name.reveal()},
                                                      {"note", order.buyer_note.reveal()},
                                                      {"recipient", order.recipient.name.reveal()},
                                                      {"phone", order.recipient.phone.reveal()},
                                                      {"address", order.recipient.address.reveal()},
                                                      {"country", order.recipient.region},
                                                      {"payment", order.payment_method},
                                                      {"cancel_reason", order.cancel_reason},
                                                      {"cancelled_by", order.cancelled_by},
                                                      {"created", order.created_at.ms},
                                                      {"updated", order.updated_at.ms},
                                                      {"paid", order.paid_at.ms},
                                                      {"collected", order.collected_at.ms},
                                                      {"lines", std::move(lines)}});
}

base::Result<model::Order> parse_order(std::string_view text) {
    const auto json = TRY(base::JsonDocument::parse(text));
    model::Order order;
    order.ext_id = json["id"].string_or();
    if (order.ext_id.empty()) return base::fail(base::Code::corrupt, "staged order has no id");
    order.status = model::parse_order_status(json["status"].string_or()).value_or(model::OrderStatus::unknown);
    order.raw_status = json["raw_status"].string_or();
    order.flags = static_cast<std::uint32_t>(json["flags"].integer_or(0));
    const std::string currency = json["currency"].string_or();
    order.total = money_of(json["total"], currency);
    order.item_count = json["items"].integer_or(0);
    order.buyer_name = base::PiiText(json["buyer"].string_or());
    order.buyer_note = base::PiiText(json["note"].string_or());
    order.recipient.name = base::PiiText(json["recipient"].string_or());
    order.recipient.phone = base::PiiText(json["phone"].string_or());
    order.recipient.address = base::PiiText(json["address"].string_or());
    order.recipient.region = json["country"].string_or();
    order.payment_method = json["payment"].string_or();
    order.cancel_reason = json["cancel_reason"].string_or();
    order.cancelled_by = json["cancelled_by"].string_or();
    order.created_at.ms = json["created"].integer_or(0);
    order.updated_at.ms = json["updated"].integer_or(0);
    order.paid_at.ms = json["paid"].integer_or(0);
    order.collected_at.ms = json["collected"].integer_or(0);
    order.source = "import";
    for (const base::Json& item : json["lines"].items()) {
        model::OrderLine line;
        line.sku_ext_id = item["sku"].string_or();
        line.seller_sku = item["seller_sku"].string_or();
        line.product_name = item["product"].string_or();
        line.sku_name = item["variation"].string_or();
        line.quantity = item["quantity"].integer_or(1);
        line.price = money_of(item["price"], currency);
        line.tracking_number = item["tracking"].string_or();
        order.lines.push_back(std::move(line));
    }
    return order;
}

}  // namespace ingest
