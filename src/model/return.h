#pragma once

#include <string>

#include "base/money.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"

namespace model {

enum class ReturnKind { refund_only, return_and_refund, replacement, cancellation };
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

// A return, refund or cancellation after the order.
struct Return {
    ReturnId id;
    StoreId store;
    std::string ext_id;
    std::string order_ext_id;
    std::string buyer_ext_id;
    ReturnKind kind = ReturnKind::refund_only;
    ReturnStatus status = ReturnStatus::unknown;
    std::string raw_status;
    std::string reason;
    base::PiiText buyer_text;
    base::Money amount;
    base::Time answer_by;  // The marketplace decides for the buyer then; 0: none given.
    base::Time created_at;
    base::Time updated_at;
};

}  // namespace model
