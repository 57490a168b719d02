#include "detect/reading.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "detect/numbers.h"

namespace detect {
namespace {

constexpr std::size_t k_hits_max = 20'000;

// Column of each byte asked for, in rising order.
class Columns {
  public:
    Columns(const NormalText& text, std::uint32_t column, std::uint32_t sentence)
        : text_(text), column_(column), sentence_(sentence) {}
    std::uint32_t column(std::uint32_t at) {
        for (; byte_ < at && byte_ < text_.text.size(); ++byte_) {
            const auto c = static_cast<unsigned char>(text_.text[byte_]);
            if ((c & 0xc0) == 0x80) continue;
            column_ += c >= 0xe3 && c <= 0xe9 ? 2 : 1;  // U+3000 to U+9FFF: as wide as two letters say.
        }
        return column_;
    }
    std::uint32_t sentence(std::uint32_t at) {
        while (next_end_ < text_.sentence_ends.size() && text_.sentence_ends[next_end_] <= at) {
            ++next_end_;
            ++sentence_;
        }
        return sentence_;
    }

  private:
    const NormalText& text_;
    std::uint32_t column_, sentence_;
    std::uint32_t byte_ = 0;
    std::size_t next_end_ = 0;
};

struct Found {
    std::uint32_t from = 0, to = 0;  // Bytes of the normalised text.
    ConceptId meaning = 0;
    std::uint16_t brand = 0;
};

bool word_byte(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool stands_alone(const Pattern& pattern, std::string_view text, std::uint32_t from, std::uint32_t to) {
    if (!pattern.open_start && from > 0 && word_byte(text[from]) && word_byte(text[from - 1])) return false;
    return pattern.open_end || to >= text.size() || !word_byte(text[to - 1]) || !word_byte(text[to]);
}

bool is_latin(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Columns of a text: a Chinese character is as wide as two letters.
std::uint32_t width(std::string_view text) {
    std::uint32_t columns = 0;
    for (const char byte : text) {
        const auto c = static_cast<unsigned char>(byte);
        if ((c & 0xc0) != 0x80) columns += c >= 0xe3 && c <= 0xe9 ? 2 : 1;
    }
    return columns;
}

// Whether a text is written with the marks of its language, as Vietnamese mostly is: then a mark is part of the word.
// Without them ("Shop cua ban sap bi khoa") words are compared by their letters alone.
bool writes_marks(std::string_view text) {
    std::size_t marks = 0;
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        // U+00C0 to U+024F, and U+1EA0 to U+1EFF.
        if ((c >= 0xc3 && c <= 0xc9) || (c == 0xe1 && (static_cast<unsigned char>(text[i + 1]) == 0xba ||
                                                       static_cast<unsigned char>(text[i + 1]) == 0xbb)))
            ++marks;
    }
    return marks >= 4 && marks * 20 >= text.size() / 2;
}

bool same_marks(std::string_view span, const Pattern& pattern) {
    if (is_latin(span) && is_latin(pattern.marked)) return true;
    std::string folded = base::fold(base::trim(span));
    if (folded == pattern.marked) return true;
    // Spaces and hyphens are written as one likes.
    const auto plain = [](std::string text) {
        std::erase_if(text,
                      [](char c) { return c == ' ' || c == '-' || c == '\n' || c == '\t' || c == '_' || c == '/'; });
        return text;
    };
    return plain(std::move(folded)) == plain(pattern.marked) || !is_latin(pattern.literal);
}

class Reader {
  public:
    Reader(const Rules& rules, const Patterns& patterns, Reading& out)
        : rules_(rules), patterns_(patterns), out_(out) {}

    void run() {
        read_links();
        read_mail();
        const auto is_word = [this](std::string_view word) { return rules_.words.contains(std::string(word)); };
        const auto& parts = out_.features().parts;
        const std::size_t count = std::min<std::size_t>(parts.size(), 0xffff);
        std::vector<std::vector<Found>> found(count);
        out_.texts.reserve(count);
        for (std::size_t i = 0; i < count; ++i) {
            out_.texts.push_back(normalise(parts[i].text, is_word));
            find_words(parts[i].text, out_.texts.back(), found[i]);
            find_own(out_.texts.back().text, found[i]);
        }
        mark_own_links(found);
        std::uint32_t column = 0, sentence = 0;
        for (std::size_t i = 0; i < count; ++i) {
            place_links(parts[i], out_.texts[i], found[i]);
            take(found[i], i, column, sentence);
        }
        column_end_ = column;
        collect_facts();
    }

  private:
    void find_words(std::string_view original, const NormalText& text, std::vector<Found>& found) const {
        const bool marked = writes_marks(original);
        for (const Patterns::Hit& hit : patterns_.scan(text.text)) {
            const Pattern& pattern = rules_.patterns[hit.pattern];
            if (!stands_alone(pattern, text.text, hit.from, hit.to)) continue;
            if (marked &&
                !same_marks(original.substr(text.original(hit.from), text.original(hit.to) - text.original(hit.from)),
                            pattern))
                continue;
            for (const ConceptId meaning : pattern.concepts)
                found.push_back({hit.from, hit.to, meaning, pattern.brand});
            if (found.size() > 4 * k_hits_max) break;
        }
    }

    // The hits of a part, in order; columns and sentences go on from part to part.
    void take(std::vector<Found>& found, std::size_t part, std::uint32_t& column, std::uint32_t& sentence) {
        const NormalText& text = out_.texts[part];
        std::sort(found.begin(), found.end(),
                  [](const Found& a, const Found& b) { return std::pair(a.from, a.to) < std::pair(b.from, b.to); });
        apply_masks(found);
        Columns columns(text, column, sentence);
        for (const Found& f : found) {
            if (out_.hits.size() >= k_hits_max) break;
            const std::uint32_t at = columns.column(f.from);
            out_.hits.push_back({f.meaning, static_cast<std::uint16_t>(part), text.original(f.from),
                                 text.original(f.to), at, at + width(text.text.substr(f.from, f.to - f.from)),
                                 columns.sentence(f.from), f.brand});
            out_.meanings.set(f.meaning);
        }
        const auto end = static_cast<std::uint32_t>(text.text.size());
        column = columns.column(end) + 2;
        sentence = columns.sentence(end) + 1;
    }

    void find_own(std::string_view text, std::vector<Found>& found) const {
        static constexpr std::array<ConceptId, 4> k_meanings = {own::amount, own::phone, own::code, own::order};
        for (const Number& number : find_numbers(text))
            found.push_back({number.from, number.to, k_meanings[static_cast<std::size_t>(number.kind)], 0});
    }

    // Links as meanings at their place, so that signals can ask for a link beside a word.
    void place_links(const model::TextPart& part, const NormalText& text, std::vector<Found>& found) const {
        const auto normal_at = [&](std::uint32_t original) {
            return static_cast<std::uint32_t>(std::lower_bound(text.origin.begin(), text.origin.end() - 1, original) -
                                              text.origin.begin());
        };
        for (const LinkView& view : out_.links) {
            if (view.link->part != part.name) continue;
            const std::uint32_t from = normal_at(view.link->from), to = std::max(from, normal_at(view.link->to));
            const auto brand =
                static_cast<std::uint16_t>(view.owner == nullptr ? 0 : view.owner - rules_.brands.data() + 1);
            const auto add = [&](ConceptId meaning) { found.push_back({from, to, meaning, brand}); };
            add(own::link);
            if (view.foreign()) add(own::foreign_link);
            if (view.owner != nullptr) add(own::brand_link);
            if (view.chat) add(own::chat_link);
            if (view.short_link) add(own::short_link);
        }
    }

    // "if you do not confirm" is no warning against confirming: the longer phrase takes the shorter one's meaning away.
    void apply_masks(std::vector<Found>& found) const {
        std::vector<Found> masking;
        for (const Found& f : found)
            if (!rules_.masks[f.meaning].empty()) masking.push_back(f);
        if (masking.empty()) return;
        std::erase_if(found, [&](const Found& f) {
            // `masking` is sorted by start; only those that start before and end after matter.
            for (const Found& mask : masking) {
                if (mask.from > f.from) break;
                if (mask.to < f.to || (mask.from == f.from && mask.to == f.to && mask.meaning == f.meaning)) continue;
                const auto& masked = rules_.masks[mask.meaning];
                if (std::find(masked.begin(), masked.end(), f.meaning) != masked.end()) return true;
            }
            return false;
        });
    }

    static bool listed(const HostLists::Names& names, const Url& url) {
        return names.contains(url.host) || names.contains(url.domain) ||
               (url.host.starts_with("www.") && names.contains(url.host.substr(4)));
    }

    void read_links() {
        for (const model::Link& link : out_.features().links) {
            if (link.kind == "image") continue;  // Shown, not followed: a picture from elsewhere says nothing.
            const auto url = parse_url(link.url);
            if (!url) continue;
            LinkView view;
            view.link = &link;
            view.url = *url;
            const HostLists& hosts = rules_.hosts;
            view.chat = listed(hosts.chat, *url);
            view.short_link = listed(hosts.short_links, *url);
            view.form =
                listed(hosts.forms, *url) || (url->host == "docs.google.com" && url->path.starts_with("/forms"));
            view.free_host = listed(hosts.free_hosting, *url);
            view.file = listed(hosts.file_sharing, *url);
            view.redirector = listed(hosts.redirectors, *url) && !url->inner.empty();
            // On hosts where anybody may put a page the name of the owner proves nothing.
            if (!view.form && !view.free_host && !view.file && !view.redirector && !view.short_link)
                view.owner = rules_.brand_of(url->domain);
            if (!link.label.empty()) {
                const std::string label(base::trim(link.label));
                if (label.find_first_of(" \n\t") == std::string::npos && label.find('@') == std::string::npos)
                    if (const auto shown = parse_url(label); shown && (shown->address || known_suffix(shown->host)))
                        view.label = *shown;
            }
            out_.links.push_back(std::move(view));
        }
    }

    SenderView sender_of(const model::MailAddress& address) const {
        SenderView view;
        view.display = address.display;
        view.address = base::ascii_lower(address.address);
        view.domain = mail_domain(view.address);
        view.registrable = registrable_domain(view.domain);
        if (view.registrable.empty()) view.registrable = view.domain;
        view.owner = rules_.brand_of(view.registrable);
        view.free_mail =
            rules_.hosts.free_mail.contains(view.domain) || rules_.hosts.free_mail.contains(view.registrable);
        if (view.free_mail) view.owner = nullptr;  // Everybody writes from there.
        return view;
    }

    void read_mail() {
        const auto& mail = out_.features().mail;
        if (!mail) return;
        if (!mail->from.empty()) out_.sender = sender_of(mail->from.front());
        if (!mail->reply_to.empty()) out_.reply_to = sender_of(mail->reply_to.front());
    }

    // A sender's links to its own domain are nothing special, unless it speaks for somebody else.
    void mark_own_links(const std::vector<std::vector<Found>>& found) {
        if (!out_.sender || out_.sender->registrable.empty() || out_.sender->free_mail) return;
        const auto names_other = [&](const Found& f) {
            return f.meaning == own::brand && f.brand != 0 && &rules_.brands[f.brand - 1U] != out_.sender->owner;
        };
        for (const auto& of_part : found)
            if (std::any_of(of_part.begin(), of_part.end(), names_other)) return;
        std::vector<Found> in_display;
        find_words(out_.sender->display, normalise(out_.sender->display), in_display);
        if (std::any_of(in_display.begin(), in_display.end(), names_other)) return;
        for (LinkView& link : out_.links) link.own = link.url.domain == out_.sender->registrable;
    }

    void collect_facts() {
        const auto set = [this](Fact fact, bool on = true) {
            if (on) out_.facts.set(static_cast<std::size_t>(fact));
        };
        const auto any = [this](auto&& of) { return std::any_of(out_.links.begin(), out_.links.end(), of); };
        set(Fact::link, !out_.links.empty());
        set(Fact::foreign_link, any([](const LinkView& l) { return l.foreign(); }));
        set(Fact::brand_link, any([](const LinkView& l) { return l.owner != nullptr; }));
        set(Fact::chat_link, any([](const LinkView& l) { return l.chat; }));
        set(Fact::short_link, any([](const LinkView& l) { return l.short_link; }));
        set(Fact::form_link, any([](const LinkView& l) { return l.form; }));
        set(Fact::free_host_link, any([](const LinkView& l) { return l.free_host; }));
        set(Fact::file_link, any([](const LinkView& l) { return l.file; }));
        set(Fact::official_links, !out_.links.empty() && !any([](const LinkView& l) { return l.owner == nullptr; }));
        const bool proven = out_.message.circumstances.authentication != Authentication::fail;
        set(Fact::official_sender, out_.sender && out_.sender->owner != nullptr && proven);
        set(Fact::free_mail_sender, out_.sender && out_.sender->free_mail);
        for (const model::Attachment& attachment : out_.features().attachments) {
            set(Fact::attachment);
            set(Fact::program, rules_.hosts.program_extensions.contains(attachment.extension));
            set(Fact::archive, rules_.hosts.archive_extensions.contains(attachment.extension));
        }
        for (const LinkView& link : out_.links) {
            const std::string path =
                base::ascii_lower(std::string_view(link.url.path).substr(0, link.url.path.find_first_of("?#")));
            const auto dot = path.rfind('.');
            if (dot == std::string::npos) continue;
            set(Fact::program, rules_.hosts.program_extensions.contains(path.substr(dot + 1)));
            set(Fact::archive, rules_.hosts.archive_extensions.contains(path.substr(dot + 1)));
        }
        set(Fact::low_review, std::any_of(out_.window->reviews.begin(), out_.window->reviews.end(),
                                          [](const PastReview& r) { return r.stars >= 1 && r.stars <= 2; }));
        set(Fact::known_order,
            std::any_of(out_.message.circumstances.known_orders.begin(), out_.message.circumstances.known_orders.end(),
                        [this](const std::string& order) {
                            return std::any_of(out_.features().parts.begin(), out_.features().parts.end(),
                                               [&](const model::TextPart& part) {
                                                   return order.size() >= 6 &&
                                                          part.text.find(order) != std::string::npos;
                                               });
                        }));
        set(Fact::member, out_.message.circumstances.written_by_member);
        set(Fact::email, out_.message.channel == Channel::email);
        set(Fact::sms, out_.message.channel == Channel::sms);
        set(Fact::chat, out_.message.channel == Channel::chat);
        set(Fact::call, out_.message.channel == Channel::call);
        set(Fact::phone, out_.has(own::phone));
        set(Fact::short_text, column_end_ < 400);
    }

    const Rules& rules_;
    const Patterns& patterns_;
    Reading& out_;
    std::uint32_t column_end_ = 0;
};

constexpr std::array<std::pair<std::string_view, Channel>, 5> k_channels = {{{"email", Channel::email},
                                                                             {"sms", Channel::sms},
                                                                             {"chat", Channel::chat},
                                                                             {"call", Channel::call},
                                                                             {"url", Channel::url}}};

}  // namespace

std::string_view name(Channel channel) {
    return k_channels[static_cast<std::size_t>(channel)].first;
}

std::optional<Channel> parse_channel(std::string_view text) {
    for (const auto& [channel_name, channel] : k_channels)
        if (channel_name == text) return channel;
    return std::nullopt;
}

void add_text_links(model::Features& features) {
    const std::vector<model::Link> marked = features.links;
    for (const model::TextPart& part : features.parts)
        for (const FoundUrl& found : find_urls(part.text)) {
            if (features.links.size() >= 1000) return;
            const bool known = std::any_of(marked.begin(), marked.end(), [&](const model::Link& link) {
                return link.part == part.name && link.from < found.to && found.from < link.to;
            });
            if (!known) features.links.push_back({part.name, found.from, found.to, found.url, "", "text"});
        }
}

model::Features features_of_text(std::string_view subject, std::string_view text) {
    model::Features features;
    if (!subject.empty()) features.parts.push_back({"subject", base::replace_invalid_utf8(subject)});
    features.parts.push_back({"text", base::replace_invalid_utf8(text)});
    add_text_links(features);
    return features;
}

model::Features features_of_fields(const MessageFields& fields) {
    model::Features features = features_of_text(fields.subject, fields.text);
    for (const std::string& url : fields.urls) {
        const bool seen = std::any_of(features.links.begin(), features.links.end(),
                                      [&](const model::Link& link) { return link.url == url; });
        if (!seen && features.links.size() < 1000)
            features.links.push_back({"text", 0, 0, base::replace_invalid_utf8(url), "", "href"});
    }
    if (fields.from.empty() && fields.reply_to.empty()) return features;
    const auto address = [](std::string_view text) -> model::MailAddress {
        text = base::trim(text);
        const auto open = text.rfind('<');
        if (open == std::string_view::npos) return {"", base::replace_invalid_utf8(text)};
        std::string_view display = base::trim(text.substr(0, open));
        if (display.size() >= 2 && display.front() == '"' && display.back() == '"')
            display = display.substr(1, display.size() - 2);
        const std::string_view mailbox = text.substr(open + 1);
        return {base::replace_invalid_utf8(display),
                base::replace_invalid_utf8(base::trim(mailbox.substr(0, mailbox.find('>'))))};
    };
    model::MailFacts mail;
    if (!fields.from.empty()) mail.from.push_back(address(fields.from));
    if (!fields.reply_to.empty()) mail.reply_to.push_back(address(fields.reply_to));
    mail.subject = base::replace_invalid_utf8(fields.subject);
    features.mail = std::move(mail);
    return features;
}

Reading read_message(const Rules& rules, const Patterns& patterns, const MessageView& message, const Window& window) {
    Reading reading;
    reading.rules = &rules;
    reading.message = message;
    reading.window = &window;
    Reader(rules, patterns, reading).run();
    return reading;
}

}  // namespace detect
