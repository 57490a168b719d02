#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/conversation.h"
#include "model/features.h"
#include "model/platform.h"

namespace detect {

enum class Channel { email, sms, chat, call, url };
std::string_view name(Channel channel);
std::optional<Channel> parse_channel(std::string_view text);

// Whether the sender's domain was proven by the reader's own mail server (the caller looks at Authentication-Results).
enum class Authentication { unknown, pass, fail };

// What the caller knows beside the message itself.
struct Circumstances {
    std::optional<model::Platform> platform;  // Of the store it came to.
    Authentication authentication = Authentication::unknown;
    bool written_by_member = false;         // By a person of the team, known by sign-in.
    std::vector<std::string> known_orders;  // The platform's numbers of orders of this store and buyer.
};

// A message as detectors see it. Borrowed: `features` must outlive the call.
struct MessageView {
    Channel channel = Channel::email;
    std::string lang;  // BCP 47, or empty.
    const model::Features* features = nullptr;
    Circumstances circumstances;
};

// History that a detector may ask for in its manifest; nothing later than as_of.
struct PastMessage {
    model::SenderRole sender = model::SenderRole::unknown;
    std::string text;
    base::Time sent_at;
};
struct PastReview {
    int stars = 0;
    base::Time created_at;
};
struct Window {
    std::vector<PastMessage> messages;  // Same conversation, oldest first.
    std::vector<PastReview> reviews;    // Same buyer and store.
};

// The fields of a message that came as text: nothing to decode. `urls`: links that stand beside the text; those that
// the text shows are found by themselves.
struct MessageFields {
    std::string_view subject, text, from, reply_to;
    std::vector<std::string> urls;
};
model::Features features_of_fields(const MessageFields& fields);

// Adds the links that stand in the text of the parts without being marked as links (at most 1,000 in all).
void add_text_links(model::Features& features);

// Features of text that needs no decoder (SMS, chat, pasted text, a link): no worker is asked.
model::Features features_of_text(std::string_view subject, std::string_view text);

}  // namespace detect
