#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/money.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"

namespace model {

enum class ReturnKind { refund_only, return_and_refund, replacement, cancellation };
std::string_view name(ReturnKind kind);
std::optional<ReturnKind> parse_return_kind(std::string_view text);

// The console's own states; each marketplace's raw value is kept beside. requested: opened, and nobody said whose turn
// it is. unknown: a value we have no mapping for, shown raw.
enum class ReturnStatus {
    requested,
    waiting_for_seller,
    waiting_for_buyer,
    in_transit,
    received,
    refunded,
    rejected,
    closed,
    unknown
};
std::string_view name(ReturnStatus status);
std::optional<ReturnStatus> parse_return_status(std::string_view text);

// A return, refund or cancellation after the order.
struct Return {
    ReturnId id;
    StoreId store;
    std::string ext_id;  // Unique with (store, kind is cancellation): the marketplaces count the two apart.
    std::string order_ext_id;
    std::string buyer_ext_id;  // Empty where the marketplace does not say.
    ReturnKind kind = ReturnKind::refund_only;
    ReturnStatus status = ReturnStatus::unknown;
    std::string raw_status;   // As the marketplace wrote it.
    std::string raw_action;   // What it asks the seller for, in its words; empty: nothing.
    std::string asked_by;     // Raw: BUYER, SELLER, SYSTEM …
    std::string reason;       // The marketplace's code.
    std::string reason_text;  // The marketplace's sentence for it.
    base::PiiText buyer_text;
    std::string item;  // Product name of the first line.
    std::int64_t item_count = 0;
    base::Money amount;
    bool disputed = false;        // The marketplace judges between buyer and seller.
    std::string tracking_number;  // Of the parcel that comes back.
    base::Time answer_by;         // The marketplace decides without the seller then; 0: none given.
    base::Time created_at;        // At the marketplace.
    base::Time updated_at;        // The marketplace's version: an older one never overwrites a newer one.
    base::Time collected_at;      // When the buyer's text reached us: decides the key and the retention.

    // Somebody of the team must answer.
    bool open() const { return status == ReturnStatus::waiting_for_seller; }
    bool is_cancellation() const { return kind == ReturnKind::cancellation; }
};

}  // namespace model
