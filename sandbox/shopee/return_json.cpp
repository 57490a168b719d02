#include "sandbox/shopee/return_json.h"

#include <fmt/format.h>

#include "base/json.h"
#include "sandbox/shopee/order_json.h"

namespace sandbox::shopee {

std::string_view return_status(const Return& one) {
    switch (one.state) {
        case ReturnState::requested:
            return "REQUESTED";
        case ReturnState::awaiting_buyer:
            return "ACCEPTED";
        case ReturnState::shipped_back:
            return "PROCESSING";
        case ReturnState::rejected:
            return "JUDGING";
        case ReturnState::parcel_rejected:
            return "SELLER_DISPUTE";
        case ReturnState::done:
            return "CLOSED";
        case ReturnState::withdrawn:
            return "CANCELLED";
    }
    return {};
}

std::string return_json(const Shop& shop, const Return& one) {
    const base::Currency currency = currency_of(*shop.market);
    // Amounts are JSON numbers.
    const auto money = [&](std::int64_t minor) { return base::decimal({minor, currency}); };
    const Order& order = shop.orders[one.order];
    const Buyer& buyer = shop.buyers[order.buyer];
    std::string items;
    for (const std::uint32_t index : one.lines) {
        const OrderLine& line = order.lines[index];
        const Product& product = shop.products[line.product];
        items += fmt::format(
            R"({}{{"item_id":{},"model_id":{},"name":{},"images":[],"amount":1,"item_price":{},"item_sku":{},)"
            R"("variation_sku":"","refund_amount":{}}})",
            items.empty() ? "" : ",", product.id, product.skus[line.sku].id, base::json_quote(product.title),
            money(line.sale()), base::json_quote(product.skus[line.sku].seller_sku), money(line.sale()));
    }
    const bool asked = one.state == ReturnState::requested;
    const bool goods = one.type != ReturnType::refund;
    return fmt::format(
        R"({{"return_sn":"{}","order_sn":"{}","status":"{}","reason":"{}","text_reason":{},"image":[],)"
        R"("refund_amount":{},"amount_before_discount":{},"currency":"{}","create_time":{},"update_time":{},)"
        R"("due_date":{},"tracking_number":"{}","dispute_reason":[],"dispute_text_reason":[],"needs_logistics":{},)"
        R"("user":{{"username":{},"email":"****@example.test","portrait":""}},"item":[{}],"return_ship_due_date":{},)"
        R"("return_seller_due_date":{},"negotiation_status":"{}","seller_proof_status":"NOT_NEEDED",)"
        R"("return_refund_type":"RRBOC","return_solution":{},"validation_type":"seller_validation"}})",
        order_sn(one.id), order_sn(order.id), return_status(one), one.reason->shopee,
        base::json_quote(one.reason->text), money(one.amount), money(one.amount), shop.market->currency,
        one.created / 1'000, one.updated / 1'000, asked ? one.deadline / 1'000 : 0,
        one.tracking == 0 ? "" : std::to_string(one.tracking), goods, base::json_quote(buyer.name.nickname), items,
        one.state == ReturnState::awaiting_buyer ? one.deadline / 1'000 : 0,
        one.state == ReturnState::shipped_back ? one.deadline / 1'000 : 0, asked ? "PENDING_RESPOND" : "TERMINATED",
        goods ? 0 : 1);
}

}  // namespace sandbox::shopee
