#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace model {

// What a text worker makes of foreign bytes. Everything here is checked like hostile input by parse::check before the
// core uses it (bounds, UTF-8, offsets).

// One readable piece of a message. Text is UTF-8; all offsets are byte offsets into it.
struct TextPart {
    std::string name;  // "subject", "text", "html", "attachment:1:invoice.pdf" … unique in the message
    std::string text;
};

// A link as the reader would follow it, and what the reader sees.
struct Link {
    std::string part;                // TextPart::name
    std::uint32_t from = 0, to = 0;  // Where its visible form stands in the part's text; equal: invisible.
    std::string url;                 // Target, as written.
    std::string label;               // What the reader sees; empty when it is the URL itself.
    std::string kind;                // href, text, form, image, redirect
};

struct MailAddress {
    std::string display;  // Decoded display name.
    std::string address;  // local@domain, as written, lower-case domain; may be malformed.
};

// Facts of a mail's header. Absent in chat, SMS and pasted text.
struct MailFacts {
    std::vector<MailAddress> from;
    std::vector<MailAddress> sender;
    std::vector<MailAddress> reply_to;
    std::string return_path;
    std::string subject;
    std::string date;
    std::string message_id;
    // Results of the *first* Authentication-Results header only when its authserv-id is the owner's (the core decides);
    // here as written.
    std::vector<std::string> authentication_results;
    bool dkim_signature = false;
    bool list = false;  // List-Id present
};

struct Attachment {
    std::string name;
    std::string media_type;  // Declared.
    std::uint64_t size = 0;
    std::string extension;  // Lower case, of the decoded name.
};

struct Features {
    std::vector<TextPart> parts;
    std::vector<Link> links;
    std::optional<MailFacts> mail;
    std::vector<Attachment> attachments;
    // Stable keys of oddities the decoder met: "mime.depth", "mime.two_froms", "charset.unknown", "html.hidden_text" …
    std::vector<std::string> oddities;
    bool cut = false;        // A limit was reached: some of the message was not read.
    bool encrypted = false;  // Parts that nobody can read without a key.
};

}  // namespace model
