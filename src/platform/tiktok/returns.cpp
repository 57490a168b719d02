#include "platform/tiktok/returns.h"

#include <algorithm>
#include <array>

#include "platform/fields.h"
#include "platform/tiktok/normalise.h"

namespace platform::tiktok {
namespace {

using base::Code;
using base::Json;
using model::ReturnKind;
using model::ReturnStatus;

ReturnKind kind_of(std::string_view raw) {
    if (raw == "RETURN_AND_REFUND") return ReturnKind::return_and_refund;
    if (raw == "REPLACEMENT") return ReturnKind::replacement;
    return ReturnKind::refund_only;
}

// What the seller must do first.
void read_next_action(const Json& actions, model::Return& out) {
    for (const Json& next : actions.items()) {
        const std::string action = text(next["action"], 64);
        if (action.empty()) continue;
        const base::Time deadline = unix_time(next["deadline"]);
        const bool sooner = deadline && (!out.answer_by || deadline < out.answer_by);
        if (!out.raw_action.empty() && !sooner) continue;
        out.raw_action = action;
        out.answer_by = deadline;
    }
}

base::Result<void> read_amount(const Json& json, model::Return& out) {
    const auto unreadable = [] {
        return base::fail(Code::invalid_input, "amount is unreadable", "return.amount_unreadable");
    };
    const auto currency = currency_of(json["currency"]);
    if (!currency) return unreadable();
    if (!*currency) return {};
    out.amount.currency = **currency;
    const auto total = amount(json["refund_total"], **currency);
    if (!total) return unreadable();
    if (*total) out.amount = **total;
    return {};
}

}  // namespace

ReturnStatus normalise_return_status(std::string_view raw) {
    struct Alias {
        std::string_view raw;
        ReturnStatus status;
    };
    // Cancelled ones are spelt in several ways, by call and by webhook.
    static constexpr std::array k_aliases = {
        Alias{"RETURN_OR_REFUND_REQUEST_PENDING", ReturnStatus::requested},
        Alias{"REPLACEMENT_REQUEST_PENDING", ReturnStatus::requested},
        Alias{"CANCELLATION_REQUEST_PENDING", ReturnStatus::requested},
        Alias{"REFUND_OR_RETURN_REQUEST_REJECT", ReturnStatus::rejected},
        Alias{"REJECT_RECEIVE_PACKAGE", ReturnStatus::rejected},
        Alias{"REPLACEMENT_REQUEST_REJECT", ReturnStatus::rejected},
        Alias{"AWAITING_BUYER_SHIP", ReturnStatus::waiting_for_buyer},
        Alias{"AWAITING_BUYER_RESPONSE", ReturnStatus::waiting_for_buyer},
        Alias{"BUYER_SHIPPED_ITEM", ReturnStatus::in_transit},
        Alias{"RETURN_OR_REFUND_REQUEST_SUCCESS", ReturnStatus::refunded},
        Alias{"RETURN_OR_REFUND_REQUEST_COMPLETE", ReturnStatus::refunded},
        Alias{"REPLACEMENT_REQUEST_REFUND_SUCCESS", ReturnStatus::refunded},
        Alias{"CANCELLATION_REQUEST_SUCCESS", ReturnStatus::refunded},
        Alias{"CANCELLATION_REQUEST_COMPLETE", ReturnStatus::refunded},
        Alias{"REPLACEMENT_REQUEST_COMPLETE", ReturnStatus::closed},
        Alias{"RETURN_OR_REFUND_REQUEST_CANCEL", ReturnStatus::closed},
        Alias{"RETURN_OR_REFUND_REQUEST_CANCELLED", ReturnStatus::closed},
        Alias{"RETURN_OR_REFUND__REQUEST_CANCELLED", ReturnStatus::closed},
        Alias{"REPLACEMENT_REQUEST_CANCEL", ReturnStatus::closed},
        Alias{"CANCELLATION_REQUEST_CANCEL", ReturnStatus::closed},
        Alias{"CANCELLATION_REQUEST_CANCELLED", ReturnStatus::closed},
    };
    const auto* const found = std::ranges::find(k_aliases, raw, &Alias::raw);
    return found == k_aliases.end() ? ReturnStatus::unknown : found->status;
}

base::Result<model::Return> normalise_return(const Json& json, ReturnList list, base::Time as_of) {
    if (!json.is_object()) return base::fail(Code::invalid_input, "return is no object", "return.not_an_object");
    const bool cancellation = list == ReturnList::cancellations;
    model::Return out;
    const auto id = decimal_id(json[cancellation ? "cancel_id" : "return_id"]);
    if (!id) return base::fail(Code::invalid_input, "return has no id", "return.id_missing");
    out.ext_id = *id;
    const auto order = decimal_id(json["order_id"]);
    if (!order) return base::fail(Code::invalid_input, "return has no order", "return.order_missing");
    out.order_ext_id = *order;
    out.kind = cancellation ? ReturnKind::cancellation : kind_of(text(json["return_type"], 64));
    out.raw_status = text(json[cancellation ? "cancel_status" : "return_status"], 64);
    out.created_at = unix_time(json["create_time"]);
    out.updated_at = unix_time(json["update_time"]);
    if (!out.updated_at) out.updated_at = out.created_at;
    // Without it an old copy could overwrite a newer one.
    if (!out.updated_at) return base::fail(Code::invalid_input, "return has no time", "return.time_missing");
    if (!out.created_at) out.created_at = out.updated_at;
    read_next_action(json["seller_next_action_response"], out);
    out.status = out.raw_action.empty() ? normalise_return_status(out.raw_status) : ReturnStatus::waiting_for_seller;
    out.asked_by = text(json["role"], 64);
    out.reason = text(json[cancellation ? "cancel_reason" : "return_reason"], 256);
    out.reason_text = text(json[cancellation ? "cancel_reason_text" : "return_reason_text"], 1'024);
    const auto lines = json[cancellation ? "cancel_line_items" : "return_line_items"].items();
    out.item_count = static_cast<std::int64_t>(lines.size());
    if (!lines.empty()) out.item = text(lines.front()["product_name"], 2'048);
    TRY_VOID(read_amount(json["refund_amount"], out));
    out.disputed = json["arbitration_status"].string() == "IN_PROGRESS";
    out.tracking_number = text(json["return_tracking_number"], 128);
    out.collected_at = as_of;
    return out;
}

ReturnPage normalise_returns(const Json& data, ReturnList list, base::Time as_of) {
    const bool cancellation = list == ReturnList::cancellations;
    ReturnPage page;
    for (const Json& json : data[cancellation ? "cancellations" : "return_orders"].items()) {
        auto one = normalise_return(json, list, as_of);
        if (one)
            page.returns.push_back(std::move(*one));
        else
            page.bad.push_back({decimal_id(json[cancellation ? "cancel_id" : "return_id"]).value_or(""),
                                one.error().key, base::PiiText(json.dump())});
    }
    page.next_page_token = data["next_page_token"].string_or();
    return page;
}

}  // namespace platform::tiktok
