#include "platform/tiktok/returns.h"

#include <gtest/gtest.h>

namespace platform::tiktok {
namespace {

using model::ReturnKind;
using model::ReturnStatus;

const base::Time k_as_of = base::Time::from_unix_seconds(1'767'700'000);

// The samples of the documents (search-returns-202309, search-cancellations-202309).
constexpr std::string_view k_return =
    R"({"return_id":"4035312491762585700","order_id":"576653688135258178","return_type":"REFUND",
"return_status":"RETURN_OR_REFUND_REQUEST_PENDING","role":"BUYER",
"return_reason":"ecom_order_delivered_refund_reason_not_received","return_reason_text":"Package wasn't received",
"arbitration_status":"","create_time":1767600000,"update_time":1767600000,"can_buyer_keep_item":true,
"is_combined_return":false,"refund_amount":{"currency":"GBP","refund_total":"20.99","refund_subtotal":"18.00",
"refund_shipping_fee":"2.99","refund_tax":"0.00"},"return_line_items":[{"return_line_item_id":"4035312491762651201",
"order_line_item_id":"576653688135323714","sku_id":"1729382256910270001","seller_sku":"TOTE-GRN","refund_amount":
{"currency":"GBP","refund_total":"20.99"}}],"seller_next_action_response":[{"action":"SELLER_RESPOND_REFUND",
"deadline":1767772800}]})";
constexpr std::string_view k_cancellation =
    R"({"cancel_id":"4035318504086604100","order_id":"576653688135258178","cancel_type":"BUYER_CANCEL",
"cancel_status":"CANCELLATION_REQUEST_PENDING","role":"BUYER",
"cancel_reason":"ecom_order_to_ship_canceled_reason_no_longer_needed","cancel_reason_text":"No longer needed",
"create_time":1767222000,"update_time":1767222000,"refund_amount":{"currency":"GBP","refund_total":"20.99",
"refund_subtotal":"18.00","refund_shipping_fee":"2.99","refund_tax":"0.00"},"seller_next_action_response":[{"action":
"SELLER_RESPOND_CANCEL","deadline":1767394800}],"cancel_line_items":[{"cancel_line_item_id":"4035318504086604200",
"order_line_item_id":"576653688135323714","sku_id":"1729382256910270001"}]})";

base::Result<model::Return> read(std::string_view text, ReturnList list = ReturnList::returns) {
    const auto document = base::JsonDocument::parse(text);
    EXPECT_TRUE(document) << text;
    return normalise_return(document->root(), list, k_as_of);
}

TEST(TikTokReturns, TheReturnOfTheDocuments) {
    const auto one = read(k_return);
    ASSERT_TRUE(one) << one.error().key;
    EXPECT_EQ(one->ext_id, "4035312491762585700");
    EXPECT_EQ(one->order_ext_id, "576653688135258178");
    EXPECT_EQ(one->kind, ReturnKind::refund_only);
    EXPECT_EQ(one->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(one->raw_status, "RETURN_OR_REFUND_REQUEST_PENDING");
    EXPECT_EQ(one->raw_action, "SELLER_RESPOND_REFUND");
    EXPECT_EQ(one->answer_by.unix_seconds(), 1'767'772'800);
    EXPECT_EQ(one->asked_by, "BUYER");
    EXPECT_EQ(one->reason, "ecom_order_delivered_refund_reason_not_received");
    EXPECT_EQ(one->reason_text, "Package wasn't received");
    EXPECT_EQ(one->amount, (base::Money{20'99, *base::Currency::parse("GBP")}));
    EXPECT_EQ(one->item_count, 1);
    EXPECT_FALSE(one->disputed);
    EXPECT_EQ(one->created_at.unix_seconds(), 1'767'600'000);
    EXPECT_EQ(one->collected_at, k_as_of);
}

TEST(TikTokReturns, TheCancellationOfTheDocuments) {
    const auto one = read(k_cancellation, ReturnList::cancellations);
    ASSERT_TRUE(one) << one.error().key;
    EXPECT_EQ(one->ext_id, "4035318504086604100");
    EXPECT_EQ(one->kind, ReturnKind::cancellation);
    EXPECT_EQ(one->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(one->raw_action, "SELLER_RESPOND_CANCEL");
    EXPECT_EQ(one->answer_by.unix_seconds(), 1'767'394'800);
    EXPECT_EQ(one->reason_text, "No longer needed");
}

TEST(TikTokReturns, TheNearestDeadlineOfSeveralActionsCounts) {
    const auto one = read(
        R"({"return_id":"1","order_id":"2","return_status":"BUYER_SHIPPED_ITEM","update_time":5,"seller_next_action_response":
[{"action":"A","deadline":0},{"action":"B","deadline":900},{"action":"C","deadline":700},{"action":""}]})");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->raw_action, "C");
    EXPECT_EQ(one->answer_by.unix_seconds(), 700);
}

TEST(TikTokReturns, EveryStatusOfTheDocumentsHasOneOfOurs) {
    for (const char* raw : {"RETURN_OR_REFUND_REQUEST_PENDING",
                            "REFUND_OR_RETURN_REQUEST_REJECT",
                            "AWAITING_BUYER_SHIP",
                            "BUYER_SHIPPED_ITEM",
                            "REJECT_RECEIVE_PACKAGE",
                            "RETURN_OR_REFUND_REQUEST_SUCCESS",
                            "RETURN_OR_REFUND_REQUEST_CANCEL",
                            "RETURN_OR_REFUND_REQUEST_COMPLETE",
                            "REPLACEMENT_REQUEST_PENDING",
                            "REPLACEMENT_REQUEST_REJECT",
                            "REPLACEMENT_REQUEST_REFUND_SUCCESS",
                            "REPLACEMENT_REQUEST_CANCEL",
                            "REPLACEMENT_REQUEST_COMPLETE",
                            "AWAITING_BUYER_RESPONSE",
                            "CANCELLATION_REQUEST_PENDING",
                            "CANCELLATION_REQUEST_SUCCESS",
                            "CANCELLATION_REQUEST_CANCEL",
                            "CANCELLATION_REQUEST_CANCELLED",
                            "CANCELLATION_REQUEST_COMPLETE",
                            "RETURN_OR_REFUND__REQUEST_CANCELLED"})
        EXPECT_NE(normalise_return_status(raw), ReturnStatus::unknown) << raw;
    EXPECT_EQ(normalise_return_status("SOMETHING_NEW"), ReturnStatus::unknown);
    // Nobody says that the seller is asked: then it does not wait for us.
    const auto one = read(R"({"return_id":"1","order_id":"2","return_status":"NEW","update_time":5})");
    EXPECT_EQ(one->status, ReturnStatus::unknown);
    EXPECT_EQ(one->raw_status, "NEW");
}

TEST(TikTokReturns, AmountsWithoutDecimalsAndDisputes) {
    const auto one = read(
        R"({"return_id":"9223372036854775807","order_id":"2","return_type":"RETURN_AND_REFUND","update_time":5,
"return_status":"REFUND_OR_RETURN_REQUEST_REJECT","arbitration_status":"IN_PROGRESS",
"refund_amount":{"currency":"VND","refund_total":"150000"},"return_tracking_number":"TH1",
"return_line_items":[{"product_name":"ถุงผ้า"},{"product_name":"b"}]})");
    ASSERT_TRUE(one);
    EXPECT_EQ(one->ext_id, "9223372036854775807");
    EXPECT_EQ(one->kind, ReturnKind::return_and_refund);
    EXPECT_EQ(one->amount.minor, 150'000);
    EXPECT_TRUE(one->disputed);
    EXPECT_EQ(one->tracking_number, "TH1");
    EXPECT_EQ(one->item, "ถุงผ้า");
    EXPECT_EQ(one->item_count, 2);
}

TEST(TikTokReturns, WhatCannotBeUnderstoodIsKeptAside) {
    EXPECT_EQ(read("[]").error().key, "return.not_an_object");
    EXPECT_EQ(read(R"({"order_id":"2","update_time":5})").error().key, "return.id_missing");
    EXPECT_EQ(read(R"({"return_id":"1","update_time":5})").error().key, "return.order_missing");
    EXPECT_EQ(read(R"({"return_id":"1","order_id":"2"})").error().key, "return.time_missing");
    for (const char* amount : {R"({"currency":"GBP","refund_total":"much"})", R"({"currency":"pounds"})"})
        EXPECT_EQ(
            read(R"({"return_id":"1","order_id":"2","update_time":5,"refund_amount":)" + std::string(amount) + "}")
                .error()
                .key,
            "return.amount_unreadable");
    const auto document = base::JsonDocument::parse(R"({"return_orders":[{"return_id":"7","order_id":"2"},)" +
                                                    std::string(k_return) + R"(],"next_page_token":"t"})");
    const ReturnPage page = normalise_returns(document->root(), ReturnList::returns, k_as_of);
    ASSERT_EQ(page.bad.size(), 1u);
    EXPECT_EQ(page.bad[0].ext_id, "7");
    EXPECT_EQ(page.bad[0].reason, "return.time_missing");
    EXPECT_EQ(page.returns.size(), 1u);
    EXPECT_EQ(page.next_page_token, "t");
    EXPECT_TRUE(normalise_returns(base::Json(), ReturnList::returns, k_as_of).returns.empty());
}

}  // namespace
}  // namespace platform::tiktok
