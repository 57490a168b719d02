#include "platform/lazada/returns.h"

#include <gtest/gtest.h>

namespace platform::lazada {
namespace {

using model::ReturnKind;
using model::ReturnStatus;

const base::Time k_as_of = base::Time::from_unix_seconds(1'793'600'000);

// The sample of the documents.
constexpr std::string_view k_sample =
    R"({"success":true,"page_no":1,"page_size":10,"total":1,"items":[{"reverse_order_id":658960600102006,
"trade_order_id":416557324702006,"request_type":"RETURN","is_rtm":true,"shipping_type":"PICK_UP",
"reverse_order_lines":[{"reverse_order_line_id":663790000102006,"trade_order_line_id":416557324802006,
"reverse_status":"REQUEST_INITIATE","ofc_status":"","reason_text":"Item is counterfeit","reason_code":123,
"refund_amount":9900,"item_unit_price":9900,"is_need_refund":true,"is_dispute":false,"tracking_number":"",
"seller_sku_id":"TOTE","product":{"product_id":232611001,"product_sku":"TOTE"},"buyer":{"buyer_id":100112802006},
"return_order_line_gmt_create":1793500000000,"return_order_line_gmt_modified":1793500000000,
"sla":1793672800000}]}]})";

base::Result<model::Return> read(std::string_view text, std::string_view region = "SG") {
    const auto document = base::JsonDocument::parse(text);
    EXPECT_TRUE(document) << text;
    return normalise_return(document->root(), *find_market(region), k_as_of);
}

std::string lines(std::string_view list, std::string_view members = R"("request_type":"RETURN","is_rtm":true)") {
    return R"({"reverse_order_id":1,"trade_order_id":2,)" + std::string(members) + R"(,"reverse_order_lines":[)" +
           std::string(list) + "]}";
}

TEST(LazadaReturns, TheReturnOfTheDocuments) {
    const auto document = base::JsonDocument::parse(k_sample);
    const ReturnPage page = normalise_returns(document->root(), *find_market("SG"), k_as_of);
    ASSERT_EQ(page.returns.size(), 1u);
    EXPECT_FALSE(page.oldest_first);
    const model::Return& one = page.returns[0];
    EXPECT_EQ(one.ext_id, "658960600102006");
    EXPECT_EQ(one.order_ext_id, "416557324702006");
    EXPECT_EQ(one.kind, ReturnKind::return_and_refund);
    EXPECT_EQ(one.status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(one.raw_action, "REQUEST_INITIATE");
    EXPECT_EQ(one.answer_by.ms, 1'793'672'800'000);
    EXPECT_EQ(one.amount, (base::Money{99'00, *base::Currency::parse("SGD")}));
    EXPECT_EQ(one.reason, "123");
    EXPECT_EQ(one.reason_text, "Item is counterfeit");
    EXPECT_EQ(one.buyer_ext_id, "100112802006");
    EXPECT_EQ(one.item, "TOTE");
    EXPECT_EQ(one.updated_at.ms, 1'793'500'000'000);
}

TEST(LazadaReturns, AmountsAreInCentsExceptInVietNam) {
    const std::string text = lines(R"({"refund_amount":990000,"return_order_line_gmt_modified":1793500000000})");
    EXPECT_EQ(read(text, "SG")->amount.minor, 990'000);
    EXPECT_EQ(read(text, "VN")->amount.minor, 990'000);
    EXPECT_EQ(read(text, "ID")->amount.minor, 9'900);
}

TEST(LazadaReturns, OfSeveralLinesTheOneThatWaitsForTheSellerCounts) {
    const auto one = read(lines(
        R"({"reverse_status":"REFUND_SUCCESS","refund_amount":100,"return_order_line_gmt_modified":1793500000000,"sla":5},)"
        R"({"reverse_status":"RTM_RECEIVE_ITEM","refund_amount":200,"return_order_line_gmt_modified":1793500001000,)"
        R"("sla":1793700000000},{"reverse_status":"REQUEST_INITIATE","is_dispute":"true","sla":1793600000000})"));
    ASSERT_TRUE(one) << one.error().key;
    EXPECT_EQ(one->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(one->answer_by.ms, 1'793'600'000'000);
    EXPECT_EQ(one->amount.minor, 300);
    EXPECT_EQ(one->item_count, 3);
    EXPECT_TRUE(one->disputed);
    EXPECT_EQ(one->updated_at.ms, 1'793'500'001'000);
}

TEST(LazadaReturns, WhereLazadaInspectsTheSellerIsNotAsked) {
    constexpr std::string_view k_line =
        R"({"reverse_status":"REQUEST_INITIATE","return_order_line_gmt_create":1793500000000})";
    EXPECT_EQ(read(lines(k_line, R"("request_type":"RETURN","is_rtm":"false")"))->status, ReturnStatus::requested);
    EXPECT_EQ(read(lines(k_line))->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(read(lines(k_line, R"("request_type":"ONLY_REFUND","is_rtm":false)"))->status,
              ReturnStatus::waiting_for_seller);
    EXPECT_EQ(read(lines(k_line, R"("request_type":"CANCEL")"))->kind, ReturnKind::cancellation);
}

TEST(LazadaReturns, TheKeysOfTheWebhooksAreKnown) {
    for (const char* raw :
         {"CANCEL_INIT", "CANCEL_SUCCESS", "CANCEL_REFUND_ISSUED", "RTM_INIT", "RTM_CANCELED", "RTM_SHIPPING_BACK",
          "RTM_RECEIVE_ITEM", "RTW_INIT", "RTW_CANCELED", "RTW_SHIPPING_BACK", "RTW_REJECT", "RTW_REFUND_PENDING",
          "REFUND_INIT", "REFUND_PENDING", "REFUND_SUCCESS", "REFUND_REJECTED", "REQUEST_INITIATE"})
        EXPECT_NE(normalise_return_status(raw, false), ReturnStatus::unknown) << raw;
    EXPECT_EQ(normalise_return_status("SOMETHING", false), ReturnStatus::unknown);
}

TEST(LazadaReturns, WhatCannotBeUnderstoodIsKeptAside) {
    EXPECT_EQ(read("[]").error().key, "return.not_an_object");
    EXPECT_EQ(read(R"({"trade_order_id":2})").error().key, "return.id_missing");
    EXPECT_EQ(read(R"({"reverse_order_id":1})").error().key, "return.order_missing");
    EXPECT_EQ(read(lines(R"({"reverse_status":"RTM_INIT"})")).error().key, "return.time_missing");
    EXPECT_EQ(read(lines(R"({"refund_amount":9223372036854775807,"return_order_line_gmt_create":1793500000000},)"
                         R"({"refund_amount":9223372036854775807})"))
                  .error()
                  .key,
              "return.amount_unreadable");
}

}  // namespace
}  // namespace platform::lazada
