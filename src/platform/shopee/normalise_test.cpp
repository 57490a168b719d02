#include "platform/shopee/normalise.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace platform::shopee {
namespace {

using model::OrderStatus;

const base::Time k_now = base::Time::from_unix_seconds(1793600000);

// The marketplace's sample.
const std::string k_order =
    R"({"order_sn":"261101ABCDEFGH","region":"MY","currency":"MYR","cod":false,"order_status":"READY_TO_SHIP",)"
    R"("message_to_seller":"ring twice","create_time":1793500000,"update_time":1793500300,"days_to_ship":2,)"
    R"("ship_by_date":1793672800,"buyer_user_id":9193214,"buyer_username":"tom01","total_amount":104.9,)"
    R"("pay_time":1793500290,"note":"","recipient_address":{"name":"T***","phone":"******21","region":"MY",)"
    R"("city":"****","zipcode":"*****","full_address":"******"},"item_list":[{"item_id":2600144043,)"
    R"("item_name":"Backpack","item_sku":"BP","model_id":2001586745,"model_name":"Black","model_sku":"BP-BLK",)"
    R"("model_quantity_purchased":2,"model_original_price":109.9,"model_discounted_price":99.9,)"
    R"("order_item_id":2600144043,"promotion_type":"","promotion_id":0}],"package_list":[{)"
    R"("package_number":"OFG1156498731071468","logistics_status":"LOGISTICS_READY","logistics_channel_id":20023,)"
    R"("item_list":[{"item_id":2600144043,"model_id":2001586745,"model_quantity":2}]}],"cancel_by":"",)"
    R"("cancel_reason":""})";

base::Result<model::Order> read(std::string_view json) {
    const auto document = base::JsonDocument::parse(json);
    if (!document) return std::unexpected(document.error());
    return normalise_order(document->root(), k_now);
}

TEST(ShopeeNormalise, TheDocumentedSample) {
    const auto order = read(k_order);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->ext_id, "261101ABCDEFGH");
    EXPECT_EQ(order->status, OrderStatus::to_ship);
    EXPECT_EQ(order->raw_status, "READY_TO_SHIP");
    EXPECT_EQ(order->total.minor, 10490);
    EXPECT_EQ(order->total.currency.text(), "MYR");
    EXPECT_EQ(order->item_count, 2);
    EXPECT_EQ(order->buyer_ext_id, "9193214");
    EXPECT_EQ(order->buyer_name.reveal(), "tom01");
    EXPECT_EQ(order->buyer_note.reveal(), "ring twice");
    EXPECT_EQ(order->recipient.name.reveal(), "T***");
    EXPECT_EQ(order->recipient.address.reveal(), "******");
    EXPECT_EQ(order->recipient.region, "MY");
    EXPECT_EQ(order->created_at.unix_seconds(), 1793500000);
    EXPECT_EQ(order->updated_at.unix_seconds(), 1793500300);
    EXPECT_EQ(order->paid_at.unix_seconds(), 1793500290);
    EXPECT_EQ(order->ship_by.unix_seconds(), 1793672800);
    EXPECT_EQ(order->collected_at, k_now);
    EXPECT_EQ(order->source, "api");
    EXPECT_EQ(order->flags, 0u);
    ASSERT_EQ(order->lines.size(), 1u);
    const model::OrderLine& line = order->lines[0];
    EXPECT_EQ(line.product_ext_id, "2600144043");
    EXPECT_EQ(line.sku_ext_id, "2001586745");
    EXPECT_EQ(line.seller_sku, "BP-BLK");
    EXPECT_EQ(line.quantity, 2);
    EXPECT_EQ(line.price.minor, 9990);
    EXPECT_EQ(line.raw_status, "LOGISTICS_READY");
}

TEST(ShopeeNormalise, Statuses) {
    for (const auto& [raw, status] : {std::pair{"UNPAID", OrderStatus::unpaid},
                                      {"PENDING", OrderStatus::on_hold},
                                      {"INVOICE_PENDING", OrderStatus::on_hold},
                                      {"READY_TO_SHIP", OrderStatus::to_ship},
                                      {"RETRY_SHIP", OrderStatus::to_ship},
                                      {"IN_CANCEL", OrderStatus::on_hold},
                                      {"PROCESSED", OrderStatus::to_collect},
                                      {"SHIPPED", OrderStatus::in_transit},
                                      {"TO_CONFIRM_RECEIVE", OrderStatus::delivered},
                                      {"TO_RETURN", OrderStatus::delivered},
                                      {"COMPLETED", OrderStatus::completed},
                                      {"CANCELLED", OrderStatus::cancelled},
                                      {"ready_to_ship", OrderStatus::unknown}})
        EXPECT_EQ(normalise_status(raw), status) << raw;
}

TEST(ShopeeNormalise, Flags) {
    const auto flags = [](std::string_view fields) {
        return read(R"({"order_sn":"A","update_time":1,)" + std::string(fields) + "}")->flags;
    };
    EXPECT_EQ(flags(R"("order_status":"IN_CANCEL")"), model::k_flag_cancel_requested);
    EXPECT_EQ(flags(R"("order_status":"READY_TO_SHIP","ship_by_date":1793599999)"), model::k_flag_ship_overdue);
    EXPECT_EQ(flags(R"("order_status":"READY_TO_SHIP","ship_by_date":1793600000)"), 0u);
    EXPECT_EQ(flags(R"("order_status":"SHIPPED","ship_by_date":1793599999)"), 0u);
    EXPECT_EQ(flags(R"("order_status":"TELEPORTED")"), model::k_flag_unknown_status);
}

TEST(ShopeeNormalise, CurrenciesWithoutDecimalsAndInexactNumbers) {
    const auto total = [](std::string_view currency, std::string_view number) {
        const auto order = read(R"({"order_sn":"A","update_time":1,"currency":")" + std::string(currency) +
                                R"(","total_amount":)" + std::string(number) + "}");
        return order ? order->total.minor : -1;
    };
    EXPECT_EQ(total("VND", "150000"), 150000);
    EXPECT_EQ(total("VND", "150000.0"), 150000);
    EXPECT_EQ(total("IDR", "98500"), 98500);
    EXPECT_EQ(total("SGD", "13.97"), 1397);
    EXPECT_EQ(total("SGD", "0.07"), 7);
    EXPECT_EQ(total("SGD", "1.1499999999999999"), 115);
    EXPECT_EQ(total("SGD", "\"13.97\""), 1397);
    EXPECT_EQ(total("SGD", "null"), 0);
    for (const char* bad : {"1e300", "-1e300", "{}", "\"x\"", "true"}) EXPECT_EQ(total("SGD", bad), -1) << bad;
}

TEST(ShopeeNormalise, MaskedBuyersAreNoKey) {
    const auto buyer = [](std::string_view fields) {
        return read(R"({"order_sn":"A","update_time":1,)" + std::string(fields) + "}")->buyer_ext_id;
    };
    EXPECT_EQ(buyer(R"("buyer_user_id":0,"buyer_username":"b***r")"), "");
    EXPECT_EQ(buyer(R"("buyer_user_id":0,"buyer_username":"tom01")"), "tom01");
    EXPECT_EQ(buyer(R"("buyer_user_id":9007199254740995)"), "9007199254740995");
}

TEST(ShopeeNormalise, AddressFromItsParts) {
    const auto order = read(R"({"order_sn":"A","update_time":1,"region":"TH","recipient_address":{"town":"Bang Na",)"
                            R"("district":"","city":"Bangkok","zipcode":"10260"}})");
    EXPECT_EQ(order->recipient.address.reveal(), "Bang Na, Bangkok, 10260");
    EXPECT_EQ(order->recipient.region, "TH");
}

TEST(ShopeeNormalise, RecordsThatLackWhatTheyMustHave) {
    for (const auto& [json, key] :
         {std::pair{"[]", "order.not_an_object"},
          {"{}", "order.id_missing"},
          {R"({"order_sn":"../x","update_time":1})", "order.id_missing"},
          {R"({"order_sn":"A"})", "order.time_missing"},
          {R"({"order_sn":"A","update_time":1,"currency":"dollars"})", "order.currency_unreadable"},
          {R"({"order_sn":"A","update_time":1,"currency":"SGD","total_amount":[]})", "order.amount_unreadable"}}) {
        const auto order = read(json);
        ASSERT_FALSE(order) << json;
        EXPECT_EQ(order.error().key, key) << json;
    }
}

TEST(ShopeeNormalise, BadRecordsAreKeptBesideTheGoodOnesWithoutTaxNumbers) {
    const auto document = base::JsonDocument::parse(
        R"({"order_list":[)" + k_order +
        R"(,{"order_sn":"B2","buyer_cpf_id":"12345678900","invoice_data":{"tax_code":"5"},"cod":true},17]})");
    ASSERT_TRUE(document);
    OrderPage page;
    add_orders(document->root(), k_now, page);
    EXPECT_EQ(page.orders.size(), 1u);
    ASSERT_EQ(page.bad.size(), 2u);
    EXPECT_EQ(page.bad[0].ext_id, "B2");
    EXPECT_EQ(page.bad[0].reason, "order.time_missing");
    EXPECT_EQ(page.bad[0].raw.reveal(), R"({"order_sn":"B2","cod":true})");
    EXPECT_EQ(page.bad[1].reason, "order.not_an_object");
}

// Whatever happens to a payload on its way, reading it gives a value or an error, and what is read stays inside bounds.
RC_GTEST_PROP(ShopeeNormalise, AnyDamagedRecordIsAValueOrAnError, ()) {
    std::string json = k_order;
    const int edits = *rc::gen::inRange(1, 12);
    for (int i = 0; i < edits && !json.empty(); ++i) {
        const auto at = static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(json.size())));
        switch (*rc::gen::inRange(0, 3)) {
            case 0:
                json[at] = *rc::gen::elementOf(std::string("\"{}[],:0189-.eE tfn\\u"));
                break;
            case 1:
                json.erase(at, static_cast<std::size_t>(*rc::gen::inRange(1, 30)));
                break;
            default:
                json.insert(
                    at, *rc::gen::elementOf(std::vector<std::string>{"null", "true", "18446744073709551616", "1e400",
                                                                     "\"\"", "{}", "[]", "\\u0000", "-0"}));
        }
    }
    const auto order = read(json);
    if (!order) return;
    RC_ASSERT(!order->ext_id.empty() && order->ext_id.size() <= 64);
    RC_ASSERT(order->updated_at.ms > 0);
    RC_ASSERT((order->status == OrderStatus::unknown) == ((order->flags & model::k_flag_unknown_status) != 0));
    RC_ASSERT(order->item_count >= 0);
}

}  // namespace
}  // namespace platform::shopee
