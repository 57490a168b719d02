#include "platform/shopee/returns.h"

#include <algorithm>

#include "platform/fields.h"
#include "platform/shopee/normalise.h"

namespace platform::shopee {
namespace {

using base::Code;
using base::Json;
using model::ReturnKind;
using model::ReturnStatus;

// What the seller is asked for, and until when. A request waits for the seller unless an offer lies with the buyer; a
// parcel that came back has a day of its own; proof is asked for also while the marketplace judges.
void read_turn(const Json& json, model::Return& out) {
    const auto ask = [&](std::string_view what, base::Time until) {
        out.raw_action = what;
        out.answer_by = until;
        out.status = ReturnStatus::waiting_for_seller;
    };
    const Json negotiation = json["negotiation"];
    std::string negotiating = text(json["negotiation_status"], 64);
    if (negotiating.empty()) negotiating = text(negotiation["negotiation_status"], 64);
    std::string proof = text(json["seller_proof_status"], 64);
    if (proof.empty()) proof = text(json["seller_proof"]["seller_proof_status"], 64);
    const base::Time due = unix_time(json["due_date"]);
    const base::Time look_until = unix_time(json["return_seller_due_date"]);
    if (out.raw_status == "REQUESTED") {
        if (negotiating == "PENDING_BUYER_RESPOND")
            out.status = ReturnStatus::waiting_for_buyer;
        else
            ask(negotiating.empty() ? out.raw_status : negotiating, due);
    } else if (out.raw_status == "PROCESSING" && look_until) {
        ask(out.raw_status, look_until);
    } else if (proof == "PENDING" && (out.raw_status == "JUDGING" || out.raw_status == "SELLER_DISPUTE")) {
        ask("SELLER_PROOF_PENDING", unix_time(json["seller_proof"]["seller_evidence_deadline"]));
    }
}

ReturnStatus status_of(const Json& json, std::string_view raw) {
    if (raw == "REQUESTED" || raw == "JUDGING" || raw == "SELLER_DISPUTE") return ReturnStatus::requested;
    if (raw == "PROCESSING") return ReturnStatus::in_transit;
    // Agreed: the goods come back first, or the money goes at once.
    if (raw == "ACCEPTED")
        return json["needs_logistics"].boolean_or(false) ? ReturnStatus::waiting_for_buyer : ReturnStatus::refunded;
    if (raw == "CLOSED" || raw == "CANCELLED") return ReturnStatus::closed;
    return ReturnStatus::unknown;
}

}  // namespace

base::Result<model::Return> normalise_return(const Json& json, base::Time as_of) {
    if (!json.is_object()) return base::fail(Code::invalid_input, "return is no object", "return.not_an_object");
    model::Return out;
    const auto id = serial(json["return_sn"]);
    if (!id) return base::fail(Code::invalid_input, "return has no number", "return.id_missing");
    out.ext_id = *id;
    const auto order = serial(json["order_sn"]);
    if (!order) return base::fail(Code::invalid_input, "return has no order", "return.order_missing");
    out.order_ext_id = *order;
    out.created_at = unix_time(json["create_time"]);
    out.updated_at = unix_time(json["update_time"]);
    if (!out.updated_at) out.updated_at = out.created_at;
    if (!out.updated_at) return base::fail(Code::invalid_input, "return has no time", "return.time_missing");
    if (!out.created_at) out.created_at = out.updated_at;
    // 0: the goods come back; 1: money only.
    out.kind = json["return_solution"].loose_integer() == 1 ? ReturnKind::refund_only : ReturnKind::return_and_refund;
    out.raw_status = text(json["status"], 64);
    out.status = status_of(json, out.raw_status);
    read_turn(json, out);
    out.asked_by = "BUYER";
    out.reason = text(json["reason"], 256);
    out.buyer_text = base::PiiText(text(json["text_reason"], k_max_text));
    const Json user = json["user"];
    // What is masked is no key.
    if (std::string name = text(user["username"], 128); !name.contains('*')) out.buyer_ext_id = std::move(name);
    const auto items = json["item"].items();
    if (!items.empty()) out.item = text(items.front()["name"], 2'048);
    for (const Json& item : items)
        out.item_count += std::clamp<std::int64_t>(item["amount"].loose_integer().value_or(1), 0, 1'000'000);
    const auto currency = currency_of(json["currency"]);
    if (currency && *currency) {
        out.amount.currency = **currency;
        const auto refund = amount(json["refund_amount"], **currency);
        if (!refund) return base::fail(Code::invalid_input, "amount is unreadable", "return.amount_unreadable");
        if (*refund) out.amount = **refund;
    } else if (!currency) {
        return base::fail(Code::invalid_input, "amount is unreadable", "return.amount_unreadable");
    }
    out.disputed = out.raw_status == "JUDGING" || out.raw_status == "SELLER_DISPUTE";
    out.tracking_number = text(json["tracking_number"], 128);
    out.collected_at = as_of;
    return out;
}

void add_return(const Json& json, base::Time as_of, ReturnPage& page) {
    auto one = normalise_return(json, as_of);
    if (one) {
        page.returns.push_back(std::move(*one));
        return;
    }
    page.bad.push_back({serial(json["return_sn"]).value_or(""), one.error().key, base::PiiText(json.dump())});
}

}  // namespace platform::shopee
