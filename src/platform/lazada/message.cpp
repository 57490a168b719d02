#include <array>

#include "base/json.h"
#include "base/text.h"
#include "platform/fields.h"
#include "platform/lazada/fields.h"
#include "platform/lazada/normalise.h"

// Chat messages (open.lazada.com, "Message push": type 2; content by template as in the chat guide).
namespace platform::lazada {
namespace {

using base::Json;
using base::PiiText;

std::string kind_of(std::int64_t template_id) {
    struct Kind {
        std::int64_t id;
        std::string_view name;
    };
    static constexpr std::array k_kinds = {
        Kind{1, "TEXT"},     Kind{2, "SYSTEM_TEXT"}, Kind{3, "IMAGE"},       Kind{4, "EMOJI"},      Kind{6, "VIDEO"},
        Kind{10006, "ITEM"}, Kind{10007, "ORDER"},   Kind{10008, "VOUCHER"}, Kind{10010, "FOLLOW"},
    };
    for (const Kind& kind : k_kinds)
        if (kind.id == template_id) return std::string(kind.name);
    return "TEMPLATE_" + std::to_string(template_id);
}

model::SenderRole sender_of(const Json& data) {
    // Type 2: written by the marketplace itself, whoever it is sent for.
    if (data["type"].loose_integer() == 2) return model::SenderRole::system;
    const auto account = data["from_account_type"].loose_integer();
    if (account == 1) return model::SenderRole::buyer;
    if (account != 2) return model::SenderRole::unknown;
    return is_true(data["auto_reply"]) ? model::SenderRole::robot : model::SenderRole::shop;
}

}  // namespace

base::Result<model::Message> normalise_message(const Json& data) {
    model::Message message;
    message.ext_id = id_or_text(data["message_id"]);
    message.conversation_ext_id = id_or_text(data["session_id"]);
    if (message.ext_id.empty()) return base::fail(base::Code::invalid_input, "message has no id", "message.id_missing");
    message.kind = kind_of(data["template_id"].loose_integer().value_or(0));
    message.sent_at = time_of(data["send_time"]);
    message.sender = sender_of(data);
    message.answers = message.sender == model::SenderRole::shop;
    message.sender_ext_id = id_or_text(data["from_account_id"]);
    // JSON inside JSON; some answers hold the object itself, and broken text is shown as it is.
    const Json content = data["content"];
    const std::string written =
        content.string() ? text(content, k_max_content) : std::string(base::shorten(content.dump(), k_max_content));
    const auto inner = base::JsonDocument::parse(written);
    if (inner && inner->root().is_object())
        message.text = PiiText(text((*inner)["txt"], k_max_content));
    else
        message.text = PiiText(written);
    message.raw_content = PiiText(written);
    return message;
}

}  // namespace platform::lazada
