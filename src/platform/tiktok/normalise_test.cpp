#include "platform/tiktok/normalise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace platform::tiktok {
namespace {

using base::Time;
using model::OrderStatus;

constexpr Time k_now = Time::from_unix_seconds(1'767'225'600);

// The search record of the marketplace's reference, with more of the optional objects.
const std::string k_order =
    R"({"id":"576653688135258178","status":"AWAITING_SHIPMENT","create_time":1767221000,"update_time":1767221001,)"
    R"("paid_time":1767221100,"user_id":"7494000000000000042","buyer_nickname":"mei_** 👋","buyer_email":"v@x.example",)"
    R"("buyer_message":"please ส่งเร็ว","payment_method_name":"Credit Card","is_cod":true,"rts_sla_time":1767307400,)"
    R"("shipping_due_time":1767393800,"cancel_order_sla_time":1767480200,"cpf":"12345678900","cpf_name":"Tax Person",)"
    R"("payment":{"currency":"GBP","sub_total":"18.00","shipping_fee":"2.99","tax":"0.00","total_amount":"20.99"},)"
    R"("line_items":[{"id":"576653688135323714","sku_id":"1729382256910270001","product_id":"1729382256910200001",)"
    R"("product_name":"Canvas tote","sku_name":"Green","seller_sku":"TOTE-GRN","currency":"GBP",)"
    R"("original_price":"20.00","sale_price":"18.00","display_status":"AWAITING_SHIPMENT","tracking_number":"T1"}],)"
    R"("recipient_address":{"name":"Mei L**","phone_number":"(+44)7*****12","full_address":"1 Harbour Lane, Leeds",)"
    R"("region_code":"GB"}})";

base::Result<model::Order> read(std::string_view json, Time as_of = k_now) {
    const auto document = base::JsonDocument::parse(json);
    if (!document) return std::unexpected(document.error());
    return normalise_order(document->root(), as_of);
}

TEST(NormaliseOrder, ReadsTheReferenceRecord) {
    const auto order = read(k_order);
    ASSERT_TRUE(order) << order.error().what;
    EXPECT_EQ(order->ext_id, "576653688135258178");
    EXPECT_EQ(order->status, OrderStatus::to_ship);
    EXPECT_EQ(order->raw_status, "AWAITING_SHIPMENT");
    EXPECT_EQ(order->flags, 0u);
    EXPECT_EQ(order->total, (base::Money{2099, *base::Currency::parse("GBP")}));
    EXPECT_EQ(order->buyer_ext_id, "7494000000000000042");
    EXPECT_EQ(order->buyer_name.reveal(), "mei_** 👋");
    EXPECT_EQ(order->buyer_note.reveal(), "please ส่งเร็ว");
    EXPECT_EQ(order->recipient.name.reveal(), "Mei L**");
    EXPECT_EQ(order->recipient.address.reveal(), "1 Harbour Lane, Leeds");
    EXPECT_EQ(order->recipient.region, "GB");
    EXPECT_TRUE(order->cash_on_delivery);
    EXPECT_EQ(order->created_at, Time::from_unix_seconds(1767221000));
    EXPECT_EQ(order->updated_at, Time::from_unix_seconds(1767221001));
    EXPECT_EQ(order->ship_by, Time::from_unix_seconds(1767307400));
    EXPECT_EQ(order->cancel_by, Time::from_unix_seconds(1767393800));
    EXPECT_EQ(order->source, "api");
    EXPECT_EQ(order->collected_at, k_now);
    ASSERT_EQ(order->lines.size(), 1u);
    EXPECT_EQ(order->item_count, 1);
    EXPECT_EQ(order->lines[0].price.minor, 1800);
    EXPECT_EQ(order->lines[0].sku_ext_id, "1729382256910270001");
    EXPECT_EQ(order->lines[0].quantity, 1);
}

TEST(NormaliseOrder, IdsNearTheLimitOf64BitsStayExact) {
    for (const char* id : {"9223372036854775807", "9223372036854775808", "18446744073709551615"}) {
        EXPECT_EQ(read(std::string(R"({"update_time":1,"id":")") + id + "\"}")->ext_id, id);
        EXPECT_EQ(read(std::string(R"({"update_time":1,"id":)") + id + "}")->ext_id, id);
    }
}

TEST(NormaliseOrder, CurrenciesWithoutDecimals) {
    for (const auto& [currency, written, minor] : {std::tuple{"VND", "150000", 150000},
                                                   {"IDR", "99000", 99000},
                                                   {"JPY", "1200", 1200},
                                                   {"VND", "150000.00", 150000}}) {
        const auto order = read(std::string(R"({"id":"1","update_time":1,"payment":{"currency":")") + currency +
                                R"(","total_amount":")" + written + R"("}})");
        ASSERT_TRUE(order) << currency;
        EXPECT_EQ(order->total.minor, minor) << currency;
    }
}

TEST(NormaliseOrder, MissingObjectsAndEmptyTextsAreFine) {
    const auto order =
        read(R"({"id":"1","status":"ON_HOLD","create_time":5,"payment":{"currency":"","total_amount":""},)"
             R"("line_items":null,"recipient_address":"","buyer_nickname":null})");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->status, OrderStatus::on_hold);
    EXPECT_EQ(order->updated_at, Time::from_unix_seconds(5));
    EXPECT_EQ(order->total.currency.text(), "");
    EXPECT_TRUE(order->recipient.address.empty());
    EXPECT_TRUE(order->lines.empty());
}

TEST(NormaliseOrder, WhatCannotBeKeptSafelyIsAnError) {
    const std::pair<const char*, const char*> k_bad[] = {
        {R"([])", "order.not_an_object"},
        {R"({"update_time":1})", "order.id_missing"},
        {R"({"id":"","update_time":1})", "order.id_missing"},
        {R"({"id":"12a","update_time":1})", "order.id_missing"},
        {R"({"id":1.5,"update_time":1})", "order.id_missing"},
        {R"({"id":"123456789012345678901","update_time":1})", "order.id_missing"},
        {R"({"id":"1"})", "order.time_missing"},
        {R"({"id":"1","update_time":-4})", "order.time_missing"},
        {R"({"id":"1","update_time":99999999999999})", "order.time_missing"},
        {R"({"id":"1","update_time":1,"payment":{"currency":"pound"}})", "order.currency_unreadable"},
        {R"({"id":"1","update_time":1,"payment":{"currency":"GBP","total_amount":"1,5"}})", "order.amount_unreadable"},
        {R"({"id":"1","update_time":1,"payment":{"currency":"GBP","total_amount":1.5}})", "order.amount_unreadable"},
        {R"({"id":"1","update_time":1,"payment":{"currency":"GBP","total_amount":"99999999999999999999"}})",
         "order.amount_unreadable"},
    };
    for (const auto& [json, key] : k_bad) {
        const auto order = read(json);
        ASSERT_FALSE(order) << json;
        EXPECT_EQ(order.error().key, key) << json;
    }
}

TEST(NormaliseOrder, StatusAliasesAndUnknownOnes) {
    EXPECT_EQ(normalise_status("CANCEL"), OrderStatus::cancelled);
    EXPECT_EQ(normalise_status("CANCELLED"), OrderStatus::cancelled);
    EXPECT_EQ(normalise_status("PARTIALLY_SHIPPING"), OrderStatus::partly_shipped);
    EXPECT_EQ(normalise_status("completed"), OrderStatus::unknown);
    const auto order = read(R"({"id":"1","update_time":1,"status":"AWAITING_DRONE"})");
    EXPECT_EQ(order->status, OrderStatus::unknown);
    EXPECT_EQ(order->raw_status, "AWAITING_DRONE");
    EXPECT_EQ(order->flags, model::k_flag_unknown_status);
}

TEST(NormaliseOrder, Flags) {
    const auto flags = [](std::string_view fields) {
        return read(std::string(R"({"id":"1","update_time":1,"status":"AWAITING_SHIPMENT",)") + std::string(fields) +
                    "}")
            ->flags;
    };
    EXPECT_EQ(flags(R"("is_buyer_request_cancel":true)"), model::k_flag_cancel_requested);
    EXPECT_EQ(flags(R"("has_updated_recipient_address":true)"), model::k_flag_address_changed);
    EXPECT_EQ(flags(R"("is_sample_order":true)"), model::k_flag_sample);
    EXPECT_EQ(flags(R"("is_replacement_order":true)"), model::k_flag_replacement);
    EXPECT_EQ(flags(R"("rts_sla_time":1767225599)"), model::k_flag_ship_overdue);
    EXPECT_EQ(flags(R"("rts_sla_time":1767225600)"), 0u);
    // A cancelled order's request is settled.
    EXPECT_EQ(read(R"({"id":"1","update_time":1,"status":"CANCELLED","is_buyer_request_cancel":true})")->flags, 0u);
}

TEST(NormaliseOrder, AmountsThatDoNotAddUp) {
    const auto mismatch = [](std::string_view payment) {
        return (read(R"({"id":"1","update_time":1,"status":"UNPAID","payment":{"currency":"USD",)" +
                     std::string(payment) + "}}")
                    ->flags &
                model::k_flag_amount_mismatch) != 0;
    };
    EXPECT_FALSE(mismatch(R"("sub_total":"10.00","shipping_fee":"2.00","tax":"1.00","total_amount":"13.00")"));
    EXPECT_FALSE(mismatch(R"("sub_total":"10","shipping_fee":"2","small_order_fee":"1","total_amount":"13.00")"));
    EXPECT_TRUE(mismatch(R"("sub_total":"10.00","shipping_fee":"2.00","tax":"1.00","total_amount":"12.99")"));
    EXPECT_TRUE(mismatch(R"("sub_total":"10.00","shipping_fee":"2.00","total_amount":"0.00")"));
    EXPECT_TRUE(mismatch(R"("sub_total":"92233720368547758.07","shipping_fee":"2.00","total_amount":"1.00")"));
    EXPECT_FALSE(mismatch(R"("total_amount":"12.99")"));
}

TEST(NormaliseOrder, ComposesAnAddressFromItsParts) {
    const auto order =
        read(R"({"id":"1","update_time":1,"recipient_address":{"address_line1":"Unit 3","address_line2":"5 Road",)"
             R"("district_info":[{"address_name":"Thailand"},{"address_name":"Bangkok"}],"postal_code":"10110",)"
             R"("first_name":"Somchai","last_name":"J"}})");
    EXPECT_EQ(order->recipient.address.reveal(), "Unit 3, 5 Road, Bangkok, Thailand, 10110");
    EXPECT_EQ(order->recipient.name.reveal(), "Somchai J");
}

TEST(NormaliseOrder, NulAndOverlongTextAreTamed) {
    const auto order = read(R"({"id":"1","update_time":1,"buyer_nickname":"a\u0000b","buyer_message":")" +
                            std::string(20'000, 'x') + "\"}");
    EXPECT_EQ(order->buyer_name.reveal(), "ab");
    EXPECT_EQ(order->buyer_note.reveal().size(), 8'192u);
}

TEST(NormaliseOrders, BadRecordsAreKeptBesideTheGoodOnesWithoutTaxNumbers) {
    const auto document =
        base::JsonDocument::parse(R"({"orders":[)" + k_order +
                                  R"(,{"id":"7","cpf":"12345678900","cpf_name":"Tax Person","status":"UNPAID"},17],)"
                                  R"("next_page_token":"abc","total_count":"3"})");
    ASSERT_TRUE(document);
    const OrderPage page = normalise_orders(document->root(), k_now);
    EXPECT_EQ(page.orders.size(), 1u);
    ASSERT_EQ(page.bad.size(), 2u);
    EXPECT_EQ(page.bad[0].ext_id, "7");
    EXPECT_EQ(page.bad[0].reason, "order.time_missing");
    EXPECT_EQ(page.bad[0].raw.reveal(), R"({"id":"7","status":"UNPAID"})");
    EXPECT_EQ(page.bad[1].reason, "order.not_an_object");
    EXPECT_EQ(page.next_page_token, "abc");
    EXPECT_EQ(page.total, 3);
}

TEST(NormaliseMessage, ContentMayBePlainTextOrACard) {
    const auto message = [](std::string_view content, std::string_view type) {
        const auto document =
            base::JsonDocument::parse(std::string(R"({"message_id":"1","type":")") + std::string(type) +
                                      R"(","content":)" + base::json_quote(content) + "}");
        return normalise_message(document->root());
    };
    EXPECT_EQ(message("plain", "TEXT")->text.reveal(), "plain");
    EXPECT_EQ(message(R"({"content":"inner"})", "TEXT")->text.reveal(), "inner");
    const auto card = message(R"({"order_id":"576653688135258178"})", "ORDER_CARD");
    EXPECT_EQ(card->text.reveal(), "");
    EXPECT_EQ(card->raw_content.reveal(), R"({"order_id":"576653688135258178"})");
    EXPECT_EQ(card->sender, model::SenderRole::unknown);
    EXPECT_FALSE(normalise_message(base::JsonDocument::parse("{}")->root()));
}

// Whatever happens to a payload on its way, reading it gives a value or an error, and what is read stays inside bounds.
RC_GTEST_PROP(NormaliseOrder, AnyDamagedRecordIsAValueOrAnError, ()) {
    std::string json = k_order;
    const int edits = *rc::gen::inRange(1, 12);
    for (int i = 0; i < edits; ++i) {
        const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(json.size())));
        switch (*rc::gen::inRange(0, 4)) {
            case 0:
                json[at] = *rc::gen::elementOf(std::string("\"{}[],:0189-.eE tfn\\u"));
                break;
            case 1:
                json.erase(at, static_cast<std::size_t>(*rc::gen::inRange(1, 30)));
                break;
            case 2:
                json.insert(
                    at, *rc::gen::elementOf(std::vector<std::string>{"null", "true", "18446744073709551616", "1e400",
                                                                     "\"\"", "{}", "[]", "\\u0000", "-0"}));
                break;
            default:
                json.insert(at, json.substr(at, 40));
        }
        if (json.empty()) break;
    }
    const auto order = read(json);
    if (!order) return;
    RC_ASSERT(!order->ext_id.empty() && order->ext_id.size() <= 20);
    RC_ASSERT(order->updated_at.ms > 0);
    RC_ASSERT((order->status == OrderStatus::unknown) == ((order->flags & model::k_flag_unknown_status) != 0));
    RC_ASSERT(order->buyer_note.reveal().find('\0') == std::string::npos);
}

// The same with values exchanged for other types, so that the JSON stays valid and the reader is reached.
RC_GTEST_PROP(NormaliseOrder, AnyTypeInAnyFieldIsAValueOrAnError, ()) {
    static const std::vector<std::string> k_fields = {"id",      "status",       "create_time",       "update_time",
                                                      "payment", "line_items",   "recipient_address", "user_id",
                                                      "is_cod",  "rts_sla_time", "buyer_message"};
    static const std::vector<std::string> k_values = {"null",
                                                      "true",
                                                      "0",
                                                      "-1",
                                                      "9223372036854775808",
                                                      "1.5",
                                                      "\"\"",
                                                      "\"x\"",
                                                      "\"5\"",
                                                      "{}",
                                                      "[]",
                                                      "[{}]",
                                                      "[null,1]",
                                                      R"({"currency":"GBP","total_amount":[]})",
                                                      R"([{"id":5,"currency":7,"sale_price":{}}])",
                                                      R"({"district_info":[1]})"};
    std::string json = "{";
    for (const std::string& field : k_fields) {
        if (json.size() > 1) json += ',';
        json += '"' + field + "\":" + *rc::gen::elementOf(k_values);
    }
    const auto order = read(json + "}");
    if (order) RC_ASSERT(order->updated_at.ms > 0 && !order->ext_id.empty());
}

}  // namespace
}  // namespace platform::tiktok
