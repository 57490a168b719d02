#include "platform/shopee/returns.h"

#include <gtest/gtest.h>

namespace platform::shopee {
namespace {

using model::ReturnKind;
using model::ReturnStatus;

const base::Time k_as_of = base::Time::from_unix_seconds(1'793'600'000);

// The sample of get_return_detail in the documents.
constexpr std::string_view k_sample =
    R"({"return_sn":"2611010TA5PM808","order_sn":"261025T9XV8JTN","status":"REQUESTED","reason":"ITEM_FAKE",
"text_reason":"not original","image":["https://img.example.test/r1.jpg"],"buyer_videos":[],"refund_amount":13.97,
"amount_before_discount":13.99,"currency":"SGD","create_time":1793500000,"update_time":1793500100,
"due_date":1793672800,"needs_logistics":true,"user":{"username":"buyer01","email":"****oo@example.test","portrait":""},
"item":[{"item_id":34001,"model_id":0,"name":"Canvas tote","images":[],"amount":1,"item_price":10.0,
"refund_amount":13.97,"item_sku":"TOTE","variation_sku":""}],"seller_proof":{"seller_proof_status":"PENDING",
"seller_evidence_deadline":1793672800},"negotiation":{"negotiation_status":"PENDING_RESPOND","latest_solution":
"RETURN_REFUND","latest_offer_amount":13.97,"latest_offer_creator":"buyer01","counter_limit":2,
"offer_due_date":1793672800},"return_solution":0,"return_refund_type":"RRBOC","validation_type":"seller_validation"})";

base::Result<model::Return> read(std::string_view text) {
    const auto document = base::JsonDocument::parse(text);
    EXPECT_TRUE(document) << text;
    return normalise_return(document->root(), k_as_of);
}

std::string with(std::string_view members) {
    return R"({"return_sn":"1","order_sn":"2","update_time":5,)" + std::string(members) + "}";
}

TEST(ShopeeReturns, TheReturnOfTheDocuments) {
    const auto one = read(k_sample);
    ASSERT_TRUE(one) << one.error().key;
    EXPECT_EQ(one->ext_id, "2611010TA5PM808");
    EXPECT_EQ(one->order_ext_id, "261025T9XV8JTN");
    EXPECT_EQ(one->kind, ReturnKind::return_and_refund);
    EXPECT_EQ(one->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(one->raw_status, "REQUESTED");
    EXPECT_EQ(one->raw_action, "PENDING_RESPOND");
    EXPECT_EQ(one->answer_by.unix_seconds(), 1'793'672'800);
    EXPECT_EQ(one->reason, "ITEM_FAKE");
    EXPECT_EQ(one->buyer_text.reveal(), "not original");
    EXPECT_EQ(one->buyer_ext_id, "buyer01");
    EXPECT_EQ(one->amount, (base::Money{13'97, *base::Currency::parse("SGD")}));
    EXPECT_EQ(one->item, "Canvas tote");
    EXPECT_EQ(one->item_count, 1);
    EXPECT_EQ(one->updated_at.unix_seconds(), 1'793'500'100);
}

TEST(ShopeeReturns, WhoseTurnItIs) {
    const auto status = [](std::string_view members) { return read(with(members))->status; };
    EXPECT_EQ(status(R"("status":"REQUESTED")"), ReturnStatus::waiting_for_seller);
    EXPECT_EQ(status(R"("status":"REQUESTED","negotiation_status":"PENDING_BUYER_RESPOND")"),
              ReturnStatus::waiting_for_buyer);
    EXPECT_EQ(status(R"("status":"ACCEPTED","needs_logistics":true)"), ReturnStatus::waiting_for_buyer);
    EXPECT_EQ(status(R"("status":"ACCEPTED","needs_logistics":false)"), ReturnStatus::refunded);
    EXPECT_EQ(status(R"("status":"PROCESSING")"), ReturnStatus::in_transit);
    const auto back = read(with(R"("status":"PROCESSING","return_seller_due_date":900)"));
    EXPECT_EQ(back->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(back->answer_by.unix_seconds(), 900);
    EXPECT_EQ(status(R"("status":"CANCELLED")"), ReturnStatus::closed);
    EXPECT_EQ(status(R"("status":"CLOSED")"), ReturnStatus::closed);
    EXPECT_EQ(status(R"("status":"NEW_ONE")"), ReturnStatus::unknown);
    const auto judged = read(with(R"("status":"JUDGING")"));
    EXPECT_EQ(judged->status, ReturnStatus::requested);
    EXPECT_TRUE(judged->disputed);
    const auto proof = read(
        with(R"("status":"JUDGING","seller_proof":{"seller_proof_status":"PENDING","seller_evidence_deadline":77})"));
    EXPECT_EQ(proof->status, ReturnStatus::waiting_for_seller);
    EXPECT_EQ(proof->answer_by.unix_seconds(), 77);
}

TEST(ShopeeReturns, WhatIsMaskedIsNoKeyAndWholeCurrenciesHaveNoDecimals) {
    const auto one = read(with(
        R"("status":"REQUESTED","currency":"VND","refund_amount":150000.0,"user":{"username":"b*****1"},"return_solution":1)"));
    ASSERT_TRUE(one);
    EXPECT_EQ(one->buyer_ext_id, "");
    EXPECT_EQ(one->amount.minor, 150'000);
    EXPECT_EQ(one->kind, ReturnKind::refund_only);
}

TEST(ShopeeReturns, WhatCannotBeUnderstoodIsKeptAside) {
    EXPECT_EQ(read("[]").error().key, "return.not_an_object");
    EXPECT_EQ(read(R"({"order_sn":"2","update_time":5})").error().key, "return.id_missing");
    EXPECT_EQ(read(R"({"return_sn":"1","update_time":5})").error().key, "return.order_missing");
    EXPECT_EQ(read(R"({"return_sn":"1","order_sn":"2"})").error().key, "return.time_missing");
    EXPECT_EQ(read(with(R"("currency":"SGD","refund_amount":"much")")).error().key, "return.amount_unreadable");
    EXPECT_EQ(read(with(R"("currency":"dollars","refund_amount":1)")).error().key, "return.amount_unreadable");
}

}  // namespace
}  // namespace platform::shopee
