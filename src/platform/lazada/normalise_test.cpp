#include "platform/lazada/normalise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "platform/lazada/fields.h"

namespace platform::lazada {
namespace {

using base::JsonDocument;
using model::OrderStatus;

const base::Time k_as_of = *base::parse_iso8601("2026-11-02T00:00:00Z");
const Market& k_sg = *find_market("SG");

const std::string k_order =
    R"({"order_id":"260422900198363","order_number":"260422900198363","statuses":["pending"],)"
    R"("created_at":"2026-11-01 10:00:00 +0800","updated_at":"2026-11-01 10:00:05 +0800","price":"198.00",)"
    R"("shipping_fee":"2.50","payment_method":"MIXEDCARD","items_count":2,"customer_first_name":"T****m",)"
    R"("customer_last_name":"","buyer_note":"","voucher":"8.00","warehouse_code":"dropshipping",)"
    R"("national_registration_number":"S1234567A","tax_code":"T-9","address_shipping":{"first_name":"T****m",)"
    R"("last_name":"null","phone":"65****21","address1":"***","addressDsitrict":"Central","city":"Singapore",)"
    R"("post_code":"1****1","country":"Singapore"},"need_cancel_confirm":false})";

std::string item(std::string_view id, std::string_view status, std::string_view more = "") {
    return R"({"order_item_id":)" + std::string(id) + R"(,"order_id":"260422900198363","status":")" +
           std::string(status) +
           R"(","name":"Canvas tote","sku":"TOTE","shop_sku":"232611001_SGAMZ-356805001","sku_id":"356805001",)"
           R"("product_id":"232611001","variation":"Color:Black","item_price":"99.00","paid_price":"95.00",)"
           R"("currency":"SGD","tracking_code":"","buyer_id":"1001",)"
           R"("promised_shipping_time":"2026-11-03 23:59:59 +0800","reason":"","cancel_return_initiator":"",)"
           R"("need_cancel_confirm":false,"is_cancel_pending":false)" +
           std::string(more) + "}";
}

base::Result<model::Order> read(std::string_view order, const std::vector<std::string>& items,
                                const Market& market = k_sg) {
    const auto document = JsonDocument::parse(order);
    if (!document) return std::unexpected(document.error());
    std::vector<JsonDocument> documents;
    std::vector<base::Json> parsed;
    for (const std::string& text : items) {
        auto one = JsonDocument::parse(text);
        if (!one) return std::unexpected(one.error());
        documents.push_back(std::move(*one));
        parsed.push_back(documents.back().root());
    }
    return normalise_order(document->root(), parsed, market, k_as_of);
}

TEST(LazadaOrder, Sample) {
    const auto order = read(k_order, {item("260422900298363", "pending"), item("260422900298364", "pending")});
    ASSERT_TRUE(order);
    EXPECT_EQ(order->ext_id, "260422900198363");
    EXPECT_EQ(order->status, OrderStatus::to_ship);
    EXPECT_EQ(order->raw_status, "pending");
    EXPECT_EQ(base::iso8601(order->created_at), "2026-11-01T02:00:00.000Z");
    EXPECT_EQ(base::iso8601(order->updated_at), "2026-11-01T02:00:05.000Z");
    EXPECT_EQ(base::decimal(order->total), "192.50");  // 198 - 8 + 2.50
    EXPECT_EQ(order->total.currency.text(), "SGD");
    EXPECT_EQ(order->buyer_ext_id, "1001");
    EXPECT_EQ(order->buyer_name.reveal(), "T****m");
    EXPECT_EQ(order->recipient.name.reveal(), "T****m");
    EXPECT_EQ(order->recipient.address.reveal(), "***, Central, Singapore, 1****1, Singapore");
    EXPECT_EQ(order->recipient.region, "SG");
    EXPECT_EQ(base::iso8601(order->ship_by), "2026-11-03T15:59:59.000Z");
    EXPECT_EQ(order->item_count, 2);
    EXPECT_EQ(order->flags, 0u);
    // One position for two units alike.
    ASSERT_EQ(order->lines.size(), 1u);
    EXPECT_EQ(order->lines[0].quantity, 2);
    EXPECT_EQ(order->lines[0].ext_id, "260422900298363");
    EXPECT_EQ(order->lines[0].sku_ext_id, "356805001");
    EXPECT_EQ(base::decimal(order->lines[0].price), "99.00");
}

TEST(LazadaOrder, UnitsInDifferentStatesStayApart) {
    const auto order =
        read(k_order, {item("1", "pending"), item("2", "canceled", R"(,"reason":"x")"), item("3", "pending")});
    ASSERT_TRUE(order);
    ASSERT_EQ(order->lines.size(), 2u);
    EXPECT_EQ(order->lines[0].quantity, 2);
    EXPECT_EQ(order->lines[1].raw_status, "canceled");
    EXPECT_EQ(order->status, OrderStatus::to_ship);
    EXPECT_EQ(order->raw_status, "pending,canceled");
}

TEST(LazadaOrder, CancelledOrderSaysWhy) {
    std::string cancelled = item("1", "canceled");
    cancelled.replace(cancelled.find(R"("reason":"")"), 11, R"("reason":"Out of stock")");
    cancelled.replace(cancelled.find(R"("cancel_return_initiator":"")"), 28,
                      R"("cancel_return_initiator":"cancellation-seller")");
    const auto order = read(k_order, {cancelled});
    ASSERT_TRUE(order);
    EXPECT_EQ(order->status, OrderStatus::cancelled);
    EXPECT_EQ(order->cancel_reason, "Out of stock");
    EXPECT_EQ(order->cancelled_by, "cancellation-seller");
}

TEST(LazadaOrder, ABuyersCancellationIsFlaggedWithItsDeadline) {
    for (const char* word : {"true", "\"true\"", "1"}) {
        std::string asked = item("1", "packed", R"(,"cancel_trigger_time":1793672800000)");
        asked.replace(asked.find(R"("need_cancel_confirm":false)"), 27,
                      R"("need_cancel_confirm":)" + std::string(word));
        const auto order = read(k_order, {asked});
        ASSERT_TRUE(order) << word;
        EXPECT_TRUE(order->flags & model::k_flag_cancel_requested) << word;
        EXPECT_EQ(order->cancel_by.ms, 1793672800000) << word;
    }
}

TEST(LazadaOrder, OverdueByTheItemThatStillWaits) {
    const auto order = read(k_order, {item("1", "shipped", R"(,"sla_time_stamp":"2026-10-30T00:00:00+08:00")"),
                                      item("2", "pending", R"(,"sla_time_stamp":"2026-11-01T12:00:00+08:00")")});
    ASSERT_TRUE(order);
    EXPECT_EQ(order->status, OrderStatus::partly_shipped);
    EXPECT_EQ(base::iso8601(order->ship_by), "2026-11-01T04:00:00.000Z");
    EXPECT_TRUE(order->flags & model::k_flag_ship_overdue);
}

TEST(LazadaOrder, CurrenciesWithoutDecimals) {
    std::string order = k_order;
    order.replace(order.find("\"198.00\""), 8, "\"150000.00\"");
    order.replace(order.find("\"8.00\""), 6, "0");
    order.replace(order.find("\"2.50\""), 6, "\"30000\"");
    std::string dong = item("1", "pending");
    dong.replace(dong.find("\"SGD\""), 5, "\"VND\"");
    dong.replace(dong.find("\"99.00\""), 7, "150000.0");
    const auto read_order = read(order, {dong}, *find_market("VN"));
    ASSERT_TRUE(read_order);
    EXPECT_EQ(read_order->total.minor, 180'000);
    EXPECT_EQ(read_order->lines.at(0).price.minor, 150'000);
    // Without a currency the market's own counts.
    std::string none = item("1", "pending");
    none.replace(none.find("\"SGD\""), 5, "null");
    EXPECT_EQ(read(k_order, {none})->total.currency.text(), "SGD");
}

TEST(LazadaOrder, WhatCannotBeReadIsKeptAside) {
    const auto key = [](std::string_view from, std::string_view to, std::vector<std::string> items) {
        std::string order = k_order;
        if (!from.empty()) order.replace(order.find(from), from.size(), to);
        const auto result = read(order, items);
        return result ? std::string("read") : result.error().key;
    };
    const std::vector<std::string> good = {item("1", "pending")};
    EXPECT_EQ(key("", "", good), "read");
    EXPECT_EQ(key("\"order_id\":\"260422900198363\"", "\"order_id\":\"26x\"", good), "order.id_missing");
    EXPECT_EQ(key("\"198.00\"", "\"1.9.8\"", good), "order.amount_unreadable");
    EXPECT_EQ(key("\"198.00\"", "{}", good), "order.amount_unreadable");
    EXPECT_EQ(key("", "", {}), "order.items_missing");
    std::string order = k_order;
    for (const char* time : {"2026-11-01 10:00:00 +0800", "2026-11-01 10:00:05 +0800"})
        order.replace(order.find(time), 25, "2026-11-01 10:00:00");
    EXPECT_EQ(read(order, good).error().key, "order.time_missing");
}

TEST(LazadaOrder, OneBadRecordDoesNotStopTheOthers) {
    const auto orders =
        JsonDocument::parse("[" + k_order + R"(,{"order_id":"5","updated_at":"x","tax_code":"T-9"},7])");
    const auto data =
        JsonDocument::parse(R"([{"order_id":260422900198363,"order_items":[)" + item("1", "pending") +
                            R"(]},{"order_id":"5","order_items":[{"order_item_id":2}]},{"order_id":null},8])");
    ASSERT_TRUE(orders && data);
    Items items;
    collect_items(data->root(), items);
    const OrderPage page = normalise_orders(orders->root().items(), items, k_sg, k_as_of);
    ASSERT_EQ(page.orders.size(), 1u);
    ASSERT_EQ(page.bad.size(), 2u);
    EXPECT_EQ(page.bad[0].ext_id, "5");
    EXPECT_EQ(page.bad[0].reason, "order.time_missing");
    EXPECT_EQ(page.bad[0].raw.reveal(), R"({"order_id":"5","updated_at":"x","order_items":[{"order_item_id":2}]})");
    EXPECT_EQ(page.bad[1].reason, "order.not_an_object");
}

TEST(LazadaOrder, StatusOfAllItemsTogether) {
    using enum OrderStatus;
    EXPECT_EQ(combine({}), unknown);
    EXPECT_EQ(combine({to_ship, to_ship}), to_ship);
    EXPECT_EQ(combine({to_ship, cancelled}), to_ship);
    EXPECT_EQ(combine({to_ship, to_collect}), partly_shipped);
    EXPECT_EQ(combine({to_ship, delivered}), partly_shipped);
    EXPECT_EQ(combine({delivered, in_transit}), in_transit);
    EXPECT_EQ(combine({completed, delivered}), delivered);
    EXPECT_EQ(combine({completed, cancelled}), completed);
    EXPECT_EQ(combine({cancelled, cancelled}), cancelled);
    EXPECT_EQ(combine({unpaid, unpaid}), unpaid);
    EXPECT_EQ(combine({delivered, unknown}), unknown);
}

TEST(LazadaOrder, EveryDocumentedStatusIsKnown) {
    for (const char* raw : {"unpaid",
                            "pending",
                            "topack",
                            "packed",
                            "repacked",
                            "ready_to_ship",
                            "ready_to_ship_pending",
                            "toship",
                            "shipping",
                            "shipped",
                            "delivered",
                            "failed",
                            "failed_delivery",
                            "canceled",
                            "returned",
                            "lost",
                            "lost_by_3pl",
                            "damaged_by_3pl",
                            "shipped_back",
                            "shipped_back_success",
                            "shipped_back_failed",
                            "package_scrapped"})
        EXPECT_NE(normalise_status(raw), OrderStatus::unknown) << raw;
    EXPECT_EQ(normalise_status("teleported"), OrderStatus::unknown);
    const auto order = read(k_order, {item("1", "teleported")});
    EXPECT_TRUE(order->flags & model::k_flag_unknown_status);
    EXPECT_EQ(order->raw_status, "teleported");
}

TEST(LazadaFields, BothFormatsOfTimes) {
    const auto time = [](std::string_view json) { return time_of(JsonDocument::parse(json)->root()).ms; };
    EXPECT_EQ(time(R"("2018-02-09T22:44:30+08:00")"), 1518187470000);
    EXPECT_EQ(time(R"("2018-02-09 22:44:30 +0800")"), 1518187470000);
    EXPECT_EQ(time(R"("2018-02-09 22:44:30+0800")"), 1518187470000);
    EXPECT_EQ(time(R"("2018-02-09T14:44:30Z")"), 1518187470000);
    EXPECT_EQ(time("1518187470"), 1518187470000);
    EXPECT_EQ(time("1518187470123"), 1518187470123);
    EXPECT_EQ(time("\"1518187470123\""), 1518187470123);
    for (const char* bad : {"null", "\"\"", "\"2018-02-09 22:44:30\"", "\"2018-02-09\"", "-1", "0", "\"null\"", "{}",
                            "9223372036854775807", "\"2018-02-09 22:44:30 +08000\"", "\"17 May 2016\""})
        EXPECT_EQ(time(bad), 0) << bad;
}

// The same with values exchanged for other types: the reader must give a value or an error.
RC_GTEST_PROP(LazadaOrder, AnyTypeInAnyFieldIsAValueOrAnError, ()) {
    static const std::vector<std::string> k_order_fields = {
        "order_id",     "created_at", "updated_at",          "price",           "voucher", "remarks",
        "shipping_fee", "buyer_note", "need_cancel_confirm", "address_shipping"};
    static const std::vector<std::string> k_item_fields = {
        "order_item_id", "status",   "sku_id",         "item_price",          "currency",
        "payment_time",  "buyer_id", "sla_time_stamp", "need_cancel_confirm", "cancel_trigger_time"};
    static const std::vector<std::string> k_values = {"null",
                                                      "true",
                                                      "0",
                                                      "-1",
                                                      "9223372036854775808",
                                                      "1.5",
                                                      "1e300",
                                                      "\"\"",
                                                      "\"x\"",
                                                      "\"5\"",
                                                      "{}",
                                                      "[]",
                                                      "[null,1]",
                                                      "\"2026-11-01 10:00:00 +0800\"",
                                                      "\"SGD\"",
                                                      "\"99.00\"",
                                                      R"({"country":7,"address1":[]})",
                                                      "\"9223372036854775807\""};
    const auto object = [](const std::vector<std::string>& fields) {
        std::string json;
        for (const std::string& field : fields)
            json += (json.empty() ? "{\"" : ",\"") + field + "\":" + *rc::gen::elementOf(k_values);
        return json + "}";
    };
    const auto order = read(object(k_order_fields), {object(k_item_fields), object(k_item_fields)});
    if (!order) return;
    RC_ASSERT(!order->ext_id.empty() && order->ext_id.size() <= 20);
    RC_ASSERT(order->updated_at.ms > 0);
    RC_ASSERT((order->status == OrderStatus::unknown) == ((order->flags & model::k_flag_unknown_status) != 0));
    std::int64_t units = 0;
    for (const model::OrderLine& line : order->lines) units += line.quantity;
    RC_ASSERT(units == order->item_count);
}

}  // namespace
}  // namespace platform::lazada
