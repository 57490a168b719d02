#include "platform/lazada/returns.h"

#include <algorithm>
#include <array>

#include "platform/fields.h"
#include "platform/lazada/fields.h"

namespace platform::lazada {
namespace {

using base::Code;
using base::Json;
using model::ReturnKind;
using model::ReturnStatus;

ReturnKind kind_of(std::string_view request_type) {
    if (request_type == "CANCEL") return ReturnKind::cancellation;
    if (request_type == "ONLY_REFUND") return ReturnKind::refund_only;
    return ReturnKind::return_and_refund;
}

// What of several lines counts for the whole: what waits for the seller, then what is open at all.
int urgency(ReturnStatus status) {
    constexpr std::array k_order = {ReturnStatus::waiting_for_seller, ReturnStatus::received,  ReturnStatus::in_transit,
                                    ReturnStatus::waiting_for_buyer,  ReturnStatus::requested, ReturnStatus::unknown,
                                    ReturnStatus::rejected,           ReturnStatus::refunded};
    return static_cast<int>(k_order.end() - std::ranges::find(k_order, status));
}

// In cents, except in Viet Nam: whole dong.
std::int64_t minor_units(std::int64_t written, base::Currency currency) {
    return currency.decimals() == 0 && currency.text() != "VND" ? written / 100 : written;
}

}  // namespace

ReturnStatus normalise_return_status(std::string_view raw, bool to_warehouse) {
    struct Alias {
        std::string_view raw;
        ReturnStatus status;
    };
    static constexpr std::array k_aliases = {
        Alias{"REQUEST_INITIATE", ReturnStatus::waiting_for_seller},
        Alias{"CANCEL_INIT", ReturnStatus::waiting_for_seller},
        Alias{"RTM_INIT", ReturnStatus::waiting_for_seller},
        Alias{"REFUND_INIT", ReturnStatus::waiting_for_seller},
        Alias{"RTM_RECEIVE_ITEM", ReturnStatus::waiting_for_seller},
        Alias{"RTW_INIT", ReturnStatus::requested},
        Alias{"RTM_SHIPPING_BACK", ReturnStatus::in_transit},
        Alias{"RTW_SHIPPING_BACK", ReturnStatus::in_transit},
        Alias{"RTW_REFUND_PENDING", ReturnStatus::refunded},
        Alias{"REFUND_PENDING", ReturnStatus::refunded},
        Alias{"REFUND_SUCCESS", ReturnStatus::refunded},
        Alias{"CANCEL_SUCCESS", ReturnStatus::refunded},
        Alias{"CANCEL_REFUND_ISSUED", ReturnStatus::refunded},
        Alias{"RTW_REJECT", ReturnStatus::rejected},
        Alias{"REFUND_REJECTED", ReturnStatus::rejected},
        Alias{"RTM_CANCELED", ReturnStatus::closed},
        Alias{"RTW_CANCELED", ReturnStatus::closed},
    };
    const auto* const found = std::ranges::find(k_aliases, raw, &Alias::raw);
    if (found == k_aliases.end()) return ReturnStatus::unknown;
    // The seller is not asked there.
    return to_warehouse && found->status == ReturnStatus::waiting_for_seller ? ReturnStatus::requested : found->status;
}

base::Result<model::Return> normalise_return(const Json& json, const Market& market, base::Time as_of) {
    if (!json.is_object()) return base::fail(Code::invalid_input, "return is no object", "return.not_an_object");
    model::Return out;
    const auto id = decimal_id(json["reverse_order_id"]);
    if (!id) return base::fail(Code::invalid_input, "return has no id", "return.id_missing");
    out.ext_id = *id;
    const auto order = decimal_id(json["trade_order_id"]);
    if (!order) return base::fail(Code::invalid_input, "return has no order", "return.order_missing");
    out.order_ext_id = *order;
    out.kind = kind_of(text(json["request_type"], 64));
    const bool to_warehouse =
        out.kind == ReturnKind::return_and_refund && json["is_rtm"].present() && !is_true(json["is_rtm"]);
    const auto currency = base::Currency::parse(market.currency);
    if (currency) out.amount.currency = *currency;
    const auto lines = json["reverse_order_lines"].items();
    int most_urgent = -1;
    for (const Json& line : lines) {
        const std::string raw = text(line["reverse_status"], 64);
        const ReturnStatus status = normalise_return_status(raw, to_warehouse);
        if (urgency(status) > most_urgent) {
            most_urgent = urgency(status);
            out.status = status;
            out.raw_status = raw;
            out.reason = id_or_text(line["reason_code"]);
            out.reason_text = text(line["reason_text"], 1'024);
        }
        if (status == ReturnStatus::waiting_for_seller) {
            out.raw_action = raw;
            const base::Time sla = time_of(line["sla"]);
            if (sla && (!out.answer_by || sla < out.answer_by)) out.answer_by = sla;
        }
        const base::Time created = time_of(line["return_order_line_gmt_create"]);
        if (created && (!out.created_at || created < out.created_at)) out.created_at = created;
        out.updated_at = std::max({out.updated_at, created, time_of(line["return_order_line_gmt_modified"])});
        const std::int64_t amount = line["refund_amount"].loose_integer().value_or(0);
        if (__builtin_add_overflow(out.amount.minor, minor_units(amount, out.amount.currency), &out.amount.minor))
            return base::fail(Code::invalid_input, "amount is out of range", "return.amount_unreadable");
        if (out.buyer_ext_id.empty()) out.buyer_ext_id = id_or_text(line["buyer"]["buyer_id"]);
        if (out.item.empty()) out.item = text(line["seller_sku_id"], 512);
        if (out.tracking_number.empty()) out.tracking_number = text(line["tracking_number"], 128);
        out.disputed = out.disputed || is_true(line["is_dispute"]);
    }
    if (!out.updated_at) return base::fail(Code::invalid_input, "return has no time", "return.time_missing");
    if (!out.created_at) out.created_at = out.updated_at;
    out.item_count = static_cast<std::int64_t>(lines.size());
    out.asked_by = "BUYER";
    out.collected_at = as_of;
    return out;
}

ReturnPage normalise_returns(const Json& result, const Market& market, base::Time as_of) {
    ReturnPage page;
    page.oldest_first = false;
    for (const Json& json : result["items"].items()) {
        auto one = normalise_return(json, market, as_of);
        if (one)
            page.returns.push_back(std::move(*one));
        else
            page.bad.push_back(
                {decimal_id(json["reverse_order_id"]).value_or(""), one.error().key, base::PiiText(json.dump())});
    }
    return page;
}

}  // namespace platform::lazada
