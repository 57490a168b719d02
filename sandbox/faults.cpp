#include "sandbox/faults.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/json.h"

namespace sandbox {
namespace {

constexpr std::array<std::pair<ApiFaultKind, std::string_view>, 12> k_api = {{
    {ApiFaultKind::rate_limited, "rate_limited"},
    {ApiFaultKind::status, "status"},
    {ApiFaultKind::error_in_200, "error_in_200"},
    {ApiFaultKind::latency, "latency"},
    {ApiFaultKind::cut, "cut"},
    {ApiFaultKind::content_type, "content_type"},
    {ApiFaultKind::html_page, "html_page"},
    {ApiFaultKind::huge, "huge"},
    {ApiFaultKind::hang_before, "hang_before"},
    {ApiFaultKind::hang_after, "hang_after"},
    {ApiFaultKind::close_before, "close_before"},
    {ApiFaultKind::close_after, "close_after"},
}};
constexpr std::array<std::pair<WebhookFaultKind, std::string_view>, 7> k_webhook = {{
    {WebhookFaultKind::duplicate, "duplicate"},
    {WebhookFaultKind::shuffle, "shuffle"},
    {WebhookFaultKind::delay, "delay"},
    {WebhookFaultKind::drop, "drop"},
    {WebhookFaultKind::late, "late"},
    {WebhookFaultKind::forge, "forge"},
    {WebhookFaultKind::no_id, "no_id"},
}};

template <class Kind, std::size_t N>
std::string_view text_of(Kind kind, const std::array<std::pair<Kind, std::string_view>, N>& names) {
    for (const auto& [value, text] : names)
        if (value == kind) return text;
    return {};
}

template <class Kind, std::size_t N>
std::optional<Kind> kind_of(const base::Json& text, const std::array<std::pair<Kind, std::string_view>, N>& names) {
    for (const auto& [value, known] : names)
        if (text.string() == known) return value;
    return std::nullopt;
}

base::Result<void> wrong(std::string_view place, std::size_t index, std::string_view member) {
    return base::fail(base::Code::invalid_input, fmt::format("{}[{}].{} is not valid", place, index, member));
}

// Sets `out` when the member is there; false when it is of another type.
template <class T>
bool take(const base::Json& member, T& out) {
    if (!member.present()) return true;
    if constexpr (std::is_same_v<T, std::string>) {
        if (!member.string()) return false;
        out = member.string_or();
    } else if constexpr (std::is_same_v<T, double>) {
        if (!member.number()) return false;
        out = *member.number();
    } else {
        if (!member.integer() || *member.integer() < -1) return false;
        out = static_cast<T>(*member.integer());
    }
    return true;
}

bool fits(std::string_view pattern, std::uint64_t shop) {
    return pattern == "*" || pattern == std::to_string(shop);
}

}  // namespace

base::Result<void> Faults::set(std::string_view json) {
    const base::JsonDocument document = TRY(base::JsonDocument::parse(json));
    std::vector<ApiFault> api;
    std::vector<WebhookFault> webhooks;
    for (const base::Json& item : document["api"].items()) {
        ApiFault fault;
        const auto kind = kind_of(item["kind"], k_api);
        if (!kind) return wrong("api", api.size(), "kind");
        fault.kind = *kind;
        int retry_after = 0;
        if (!take(item["operation"], fault.operation)) return wrong("api", api.size(), "operation");
        if (!take(item["shop"], fault.shop)) return wrong("api", api.size(), "shop");
        if (!take(item["share"], fault.share)) return wrong("api", api.size(), "share");
        if (!take(item["times"], fault.times)) return wrong("api", api.size(), "times");
        if (!take(item["status"], fault.status) || fault.status < 200 || fault.status > 599)
            return wrong("api", api.size(), "status");
        if (!take(item["code"], fault.code)) return wrong("api", api.size(), "code");
        if (!take(item["delay_ms"], fault.delay_ms)) return wrong("api", api.size(), "delay_ms");
        if (!take(item["at_byte"], fault.at_byte)) return wrong("api", api.size(), "at_byte");
        if (!take(item["retry_after_s"], retry_after)) return wrong("api", api.size(), "retry_after_s");
        if (item["retry_after_s"].present()) fault.retry_after_s = retry_after;
        api.push_back(std::move(fault));
    }
    for (const base::Json& item : document["webhooks"].items()) {
        WebhookFault fault;
        const auto kind = kind_of(item["kind"], k_webhook);
        if (!kind) return wrong("webhooks", webhooks.size(), "kind");
        fault.kind = *kind;
        if (!take(item["type"], fault.type)) return wrong("webhooks", webhooks.size(), "type");
        if (!take(item["shop"], fault.shop)) return wrong("webhooks", webhooks.size(), "shop");
        if (!take(item["share"], fault.share)) return wrong("webhooks", webhooks.size(), "share");
        if (!take(item["times"], fault.times)) return wrong("webhooks", webhooks.size(), "times");
        if (!take(item["copies"], fault.copies) || fault.copies > 50)
            return wrong("webhooks", webhooks.size(), "copies");
        if (!take(item["delay_s"], fault.delay_s)) return wrong("webhooks", webhooks.size(), "delay_s");
        webhooks.push_back(std::move(fault));
    }
    api_ = std::move(api);
    webhooks_ = std::move(webhooks);
    return {};
}

void Faults::clear() {
    api_.clear();
    webhooks_.clear();
}

std::string Faults::text() const {
    std::string api;
    for (const ApiFault& fault : api_)
        api += fmt::format(
            R"({}{{"kind":"{}","operation":{},"shop":{},"share":{},"times":{},"status":{},"code":{},"delay_ms":{},"at_byte":{}{}}})",
            api.empty() ? "" : ",", text_of(fault.kind, k_api), base::json_quote(fault.operation),
            base::json_quote(fault.shop), fault.share, fault.times, fault.status, fault.code, fault.delay_ms,
            fault.at_byte, fault.retry_after_s ? fmt::format(R"(,"retry_after_s":{})", *fault.retry_after_s) : "");
    std::string webhooks;
    for (const WebhookFault& fault : webhooks_)
        webhooks +=
            fmt::format(R"({}{{"kind":"{}","type":{},"shop":{},"share":{},"times":{},"copies":{},"delay_s":{}}})",
                        webhooks.empty() ? "" : ",", text_of(fault.kind, k_webhook), fault.type,
                        base::json_quote(fault.shop), fault.share, fault.times, fault.copies, fault.delay_s);
    return fmt::format(R"({{"api":[{}],"webhooks":[{}]}})", api, webhooks);
}

bool Faults::drawn(double share, std::int64_t& times) {
    if (times == 0) return false;
    if (static_cast<double>(random_.below(1'000'000)) >= share * 1'000'000) return false;
    if (times > 0) --times;
    ++injected_;
    return true;
}

std::optional<ApiFault> Faults::for_call(std::string_view operation, std::uint64_t shop) {
    for (ApiFault& fault : api_)
        if ((fault.operation == "*" || fault.operation == operation) && fits(fault.shop, shop) &&
            drawn(fault.share, fault.times))
            return fault;
    return std::nullopt;
}

std::vector<WebhookFault> Faults::for_webhook(int type, std::uint64_t shop) {
    std::vector<WebhookFault> chosen;
    for (WebhookFault& fault : webhooks_)
        if ((fault.type == 0 || fault.type == type) && fits(fault.shop, shop) && drawn(fault.share, fault.times))
            chosen.push_back(fault);
    return chosen;
}

}  // namespace sandbox
