#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "sandbox/shopee/order_json.h"
#include "sandbox/shopee/return_json.h"
#include "sandbox/shopee/service.h"

// Returns: list and detail (pages v2.returns.get_return_list, v2.returns.get_return_detail).
namespace sandbox::shopee {
namespace {

constexpr std::int64_t k_widest_s = 15 * 86'400;
constexpr std::array<std::string_view, 7> k_statuses = {"REQUESTED", "ACCEPTED",   "CANCELLED",     "JUDGING",
                                                        "CLOSED",    "PROCESSING", "SELLER_DISPUTE"};

Answer wrong(std::string_view detail) {
    return refused("error_param", fmt::format("Wrong parameters, detail: {}.", detail));
}

// False: there, and no number.
bool read_number(const Call& call, std::string_view name, std::optional<std::int64_t>& out) {
    const std::string text = call.parameter(name);
    if (text.empty()) return true;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value < 0) return false;
    out = value;
    return true;
}

// Both ends or none, and at most 15 days.
bool fits(const std::optional<std::int64_t>& from, const std::optional<std::int64_t>& to) {
    if (from.has_value() != to.has_value()) return false;
    return !from || (*from <= *to && *to - *from <= k_widest_s);
}

}  // namespace

Answer Service::get_return_list(Call& call) {
    std::optional<std::int64_t> page, size, created_from, created_to, updated_from, updated_to;
    for (const auto& [name, out] : {std::pair{"page_no", &page},
                                    {"page_size", &size},
                                    {"create_time_from", &created_from},
                                    {"create_time_to", &created_to},
                                    {"update_time_from", &updated_from},
                                    {"update_time_to", &updated_to}})
        if (!read_number(call, name, *out)) return wrong(name);
    if (!page) return wrong("page_no is needed");
    if (!size || *size < 1 || *size > 100) return wrong("page_size");
    if (!fits(created_from, created_to) || !fits(updated_from, updated_to))
        return refused("error_param", "The time range is within 15 days.");
    if (created_from && updated_from && *updated_from < *created_from) return wrong("update_time_from");
    const std::string status = call.parameter("status");
    if (!status.empty() && std::ranges::find(k_statuses, status) == k_statuses.end()) return wrong("status");

    // Newest first: the documents promise no order, a client may rely on none.
    std::vector<const Return*> found;
    for (const Return& one : call.shop->returns) {
        const std::int64_t created = one.created / 1'000, updated = one.updated / 1'000;
        if ((created_from && (created < *created_from || created > *created_to)) ||
            (updated_from && (updated < *updated_from || updated > *updated_to)) ||
            (!status.empty() && status != return_status(one)))
            continue;
        found.push_back(&one);
    }
    std::ranges::sort(found, std::greater<>(), [](const Return* one) { return std::pair(one->updated, one->id); });
    std::string rows;
    // 0 is the first page, 1 the second.
    const auto begin = static_cast<std::size_t>(*page * *size);
    const auto end = std::min(found.size(), begin + static_cast<std::size_t>(*size));
    for (std::size_t i = begin; i < end; ++i) rows += (rows.empty() ? "" : ",") + return_json(*call.shop, *found[i]);
    return success(fmt::format(R"({{"more":{},"return":[{}]}})", end < found.size(), rows));
}

Answer Service::get_return_detail(Call& call) {
    const auto id = parse_order_sn(call.parameter("return_sn"));
    const auto found = std::ranges::find_if(call.shop->returns, [&](const Return& one) { return id && one.id == *id; });
    if (found == call.shop->returns.end())
        return refused("error_not_found", "Wrong parameters, detail: the return is not found.");
    return success(return_json(*call.shop, *found));
}

}  // namespace sandbox::shopee
