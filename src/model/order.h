#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/secret.h"
#include "base/time.h"
#include "model/ids.h"
#include "model/platform.h"

namespace model {

// The console's own states; each marketplace's raw value is kept beside. unknown: a value we have no mapping for, shown
// raw.
enum class OrderStatus {
    unpaid,
    on_hold,
    to_ship,
    partly_shipped,
    to_collect,
    in_transit,
    delivered,
    completed,
    cancelled,
    unknown
};
std::string_view name(OrderStatus status);
std::optional<OrderStatus> parse_order_status(std::string_view text);

// Why an order is on the Abnormal tab. Bit set.
enum OrderFlag : std::uint32_t {
    k_flag_cancel_requested = 1u << 0,  // The buyer asked to cancel: do not hand over.
    k_flag_address_changed = 1u << 1,   // The recipient's address changed after ordering.
    k_flag_ship_overdue = 1u << 2,      // Past ship_by and not shipped.
    k_flag_unknown_status = 1u << 3,    // The marketplace sent a status this version does not know.
    k_flag_sample = 1u << 4,
    k_flag_replacement = 1u << 5,
    k_flag_amount_mismatch = 1u << 6,  // The parts do not add up to the total.
};
// The flags that make an order abnormal (partial index in db).
inline constexpr std::uint32_t k_abnormal_flags = k_flag_cancel_requested | k_flag_address_changed |
                                                  k_flag_ship_overdue | k_flag_unknown_status | k_flag_replacement |
                                                  k_flag_amount_mismatch;

// One unit or one position, as the marketplace counts.
struct OrderLine {
    std::string ext_id;
    std::string product_ext_id;
    std::string sku_ext_id;
    std::string seller_sku;
    std::string product_name;
    std::string sku_name;
    std::int64_t quantity = 1;
    base::Money price;
    std::string raw_status;
    std::string tracking_number;
    friend bool operator==(const OrderLine&, const OrderLine&) = default;
};

// Buyer's contact data: encrypted at rest under the month of collection, masked in answers.
struct Recipient {
    base::PiiText name;
    base::PiiText phone;
    base::PiiText address;  // One line, as the marketplace gives it.
    std::string region;     // Country.
    friend bool operator==(const Recipient&, const Recipient&) = default;
};

struct Order {
    OrderId id;
    StoreId store;
    std::string ext_id;  // As the marketplace writes it, Shopee with letters too; up to 20 digits: never a number.
    OrderStatus status = OrderStatus::unknown;
    std::string raw_status;   // As the marketplace wrote it.
    std::uint32_t flags = 0;  // OrderFlag
    base::Money total;
    std::int64_t item_count = 0;
    std::string buyer_ext_id;  // Stable within the seller's data.
    base::PiiText buyer_name;  // Nickname.
    base::PiiText buyer_note;
    Recipient recipient;
    std::string payment_method;
    bool cash_on_delivery = false;
    std::vector<OrderLine> lines;
    std::string cancel_reason;
    std::string cancelled_by;  // Raw: SELLER, BUYER, SYSTEM …
    base::Time created_at;     // At the marketplace.
    base::Time updated_at;     // The marketplace's version of the object: an older one never overwrites a newer one.
    base::Time paid_at;
    base::Time ship_by;       // 0: none given.
    base::Time cancel_by;     // The marketplace cancels then; 0: none.
    std::string source;       // "api" or "import".
    base::Time collected_at;  // When the buyer data reached us: decides the key and the retention.
};

}  // namespace model
