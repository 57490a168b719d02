#include "detect/signs.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "detect/numbers.h"

namespace detect {
namespace {

// Meanings further back say little in a long text: every long text holds most of them.
constexpr std::uint32_t k_columns_read = 1500;
constexpr std::size_t k_bytes_read = 6000;

struct Counts {
    std::size_t upper = 0, lower = 0, exclamations = 0, emoji = 0, fancy = 0, broken = 0, quoted = 0, digits_run = 0,
                columns = 0;
};

bool letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool digit(char c) {
    return c >= '0' && c <= '9';
}

// One pass over the original text.
Counts count(std::string_view text) {
    Counts counts;
    text = base::shorten(text, k_bytes_read);
    std::size_t digits = 0;
    bool line_start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xc0) != 0x80) ++counts.columns;
        if (c >= 'A' && c <= 'Z') ++counts.upper;
        if (c >= 'a' && c <= 'z') ++counts.lower;
        if (c == '!') ++counts.exclamations;
        digits = digit(c) ? digits + 1 : 0;
        counts.digits_run = std::max(counts.digits_run, digits);
        if (line_start && c == '>') ++counts.quoted;
        line_start = c == '\n';
        // "N'ha'nL,jen:Qu.a": signs between letters where no word has them.
        if (i > 0 && i + 1 < text.size() && letter(text[i - 1]) && letter(text[i + 1]) &&
            (c == ',' || c == ';' || c == ':' || c == '"' || c == '*' || c == '^' || c == '~' || c == '|' || c == '$' ||
             c == '!'))
            ++counts.broken;
        if (byte == 0xf0 && i + 3 < text.size()) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            const auto third = static_cast<unsigned char>(text[i + 2]);
            if (second == 0x9f && third >= 0x8c) ++counts.emoji;  // U+1F300 and up.
            if (second == 0x9d && third >= 0x90) ++counts.fancy;  // Mathematical letters.
            if (second == 0x9f && third < 0x8c) ++counts.fancy;   // Enclosed letters.
        }
        if (byte == 0xe2 && i + 2 < text.size()) {
            const auto second = static_cast<unsigned char>(text[i + 1]);
            if (second >= 0x98 && second <= 0x9e) ++counts.emoji;  // U+2600 to U+27BF.
        }
    }
    return counts;
}

bool vowel(char c) {
    return c == 'a' || c == 'e' || c == 'i' || c == 'o' || c == 'u' || c == 'y';
}

// Whether a label reads like one that a machine made: digits among letters, or no vowels where words have them.
bool random_label(std::string_view label) {
    if (label.size() < 6 || label.starts_with("xn--")) return false;
    std::size_t vowels = 0, letters = 0, run = 0, longest = 0, changes = 0;
    for (std::size_t i = 0; i < label.size(); ++i) {
        const char c = label[i];
        if (i > 0 && digit(c) != digit(label[i - 1]) && c != '-' && label[i - 1] != '-') ++changes;
        if (!letter(c)) {
            run = 0;
            continue;
        }
        ++letters;
        if (vowel(c)) {
            ++vowels;
            run = 0;
        } else {
            longest = std::max(longest, ++run);
        }
    }
    return changes >= 3 || longest >= 6 || (letters >= 6 && vowels * 6 < letters);
}

// A word of 16 characters or more that holds letters and digits, as tracking and look-up keys are.
bool random_path(std::string_view path) {
    std::size_t length = 0;
    bool letters = false, digits = false;
    for (std::size_t i = 0; i <= path.size(); ++i) {
        const char c = i < path.size() ? path[i] : '/';
        if (letter(c) || digit(c) || c == '_' || c == '-') {
            ++length;
            letters = letters || letter(c);
            digits = digits || digit(c);
            continue;
        }
        if (length >= 16 && letters && digits) return true;
        length = 0;
        letters = digits = false;
    }
    return false;
}

std::string_view top_label(std::string_view host) {
    const auto dot = host.rfind('.');
    return dot == std::string_view::npos ? std::string_view() : host.substr(dot + 1);
}

std::size_t digits_in(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), digit));
}

constexpr auto k_path_words = std::to_array<std::string_view>(
    {"login", "signin", "verify", "verif",  "secure", "account", "update", "confirm", "bonus", "reward",
     "prize", "claim",  "unlock", "wallet", "auth",   "support", "refund", "invoice", "track", "redelivery"});

class Signer {
  public:
    explicit Signer(const Reading& reading) : reading_(reading) {}

    SignBits run() {
        words();
        for (std::size_t i = 0; i < k_fact_count; ++i)
            if (reading_.facts.test(i)) bits_.set(k_fact_bits + i);
        texts();
        wording();
        sender();
        links();
        return bits_;
    }

  private:
    void set(Form form, bool on = true) {
        if (on) bits_.set(k_form_bits + static_cast<std::size_t>(form));
    }

    void words() {
        for (const Hit& hit : reading_.hits) {
            const bool subject = reading_.features().parts[hit.part].name == "subject";
            if (subject) bits_.set(k_subject_bits + hit.meaning);
            if (hit.column < k_columns_read) bits_.set(hit.meaning);
        }
    }

    void texts() {
        Counts all;
        bool tiny = true;
        for (std::size_t i = 0; i < reading_.texts.size(); ++i) {
            const model::TextPart& part = reading_.features().parts[i];
            const NormalText& normal = reading_.texts[i];
            set(Form::homoglyph, normal.homoglyph.count > 0);
            set(Form::zero_width, normal.zero_width.count > 1);
            set(Form::spaced_letters, normal.spaced.count > 0);
            set(Form::leet, normal.leet.count > 0);
            const Counts counts = count(part.text);
            if (part.name == "subject") {
                set(Form::subject_emoji, counts.emoji > 0);
                set(Form::subject_fancy, counts.fancy > 2);
                set(Form::subject_exclaims, counts.exclamations > 0);
                set(Form::subject_upper, counts.upper > 8 && counts.upper > 2 * counts.lower);
                set(Form::subject_number, counts.digits_run >= 5);
                const std::string start = base::ascii_lower(base::trim(part.text).substr(0, 4));
                set(Form::subject_reply, start.starts_with("re:") || start.starts_with("aw:"));
                set(Form::subject_forward, start.starts_with("fw") || start.starts_with("enc:"));
                continue;
            }
            all.upper += counts.upper;
            all.lower += counts.lower;
            all.exclamations += counts.exclamations;
            all.emoji += counts.emoji;
            all.fancy += counts.fancy;
            all.broken += counts.broken;
            all.quoted += counts.quoted;
            all.columns += counts.columns;
            tiny = tiny && counts.columns < 60;
        }
        set(Form::upper_text, all.upper > 20 && all.upper > all.lower);
        set(Form::exclaims, all.exclamations > 2);
        set(Form::emoji, all.emoji > 0);
        set(Form::fancy_letters, all.fancy > 3);
        set(Form::broken_words, all.broken > 3);
        set(Form::quotes, all.quoted > 1);
        set(Form::tiny_text, tiny);
        set(Form::short_text, all.columns < 200);
        set(Form::long_text, all.columns > 2500);
        columns_ = all.columns;
    }

    // SMS only: the model was fitted on them.
    void wording() {
        if (kind_of(reading_.message.channel) != Kind::brief) return;
        for (const NormalText& text : reading_.texts) {
            const auto near = resembles_scams(reading_.rules->wording, text.text);
            if (!near) continue;
            set(Form::wording_near, *near > 0.5);
            set(Form::wording_close, *near > 0.9);
            set(Form::wording_far, *near < 0.05);
        }
    }

    void sender() {
        if (!reading_.sender) return;
        const SenderView& from = *reading_.sender;
        const Counts name = count(from.display);
        const std::string_view label = domain_label(from.registrable);
        set(Form::sender_no_name, from.display.empty());
        set(Form::sender_name_emoji, name.emoji > 0 || name.fancy > 2);
        set(Form::sender_name_signs,
            from.display.find_first_of("!$#*_|,") != std::string::npos || name.digits_run >= 4);
        set(Form::sender_malformed,
            from.domain.empty() || from.domain.find('.') == std::string::npos || !known_suffix(from.domain));
        set(Form::sender_suffix, reading_.rules->hosts.cheap_suffixes.contains(std::string(top_label(from.domain))));
        set(Form::sender_digits, digits_in(from.address) >= 4);
        const auto at = from.address.find('@');
        const std::string_view local = std::string_view(from.address).substr(0, at);
        set(Form::sender_random, random_label(label) || random_label(local));
        set(Form::sender_long, local.size() >= 22 || from.domain.size() >= 30);
        set(Form::sender_in_domain, name_in_domain(from.display, label));
        if (reading_.reply_to && !reading_.reply_to->domain.empty())
            set(Form::reply_differs, reading_.reply_to->registrable != from.registrable);
    }

    // A word of the name, or the words written together, make the domain's label or begin it.
    static bool name_in_domain(std::string_view display, std::string_view label) {
        std::string joined;
        bool found = false;
        std::string word;
        const auto end_word = [&] {
            if (word.size() >= 4 && (label.starts_with(word) || label.ends_with(word))) found = true;
            word.clear();
        };
        for (const char c : base::ascii_lower(display)) {
            if (letter(c) || digit(c)) {
                word += c;
                joined += c;
            } else {
                end_word();
            }
        }
        end_word();
        return found || (label.size() >= 4 && joined.starts_with(label));
    }

    void links() {
        const bool mail = reading_.sender.has_value();
        std::size_t same = 0, foreign = 0;
        std::vector<std::string_view> domains;
        for (const LinkView& link : reading_.links) {
            const Url& url = link.url;
            if (mail && url.domain == reading_.sender->registrable) ++same;
            if (std::find(domains.begin(), domains.end(), url.domain) == domains.end()) domains.push_back(url.domain);
            if (!link.foreign()) continue;
            if (++foreign > 20) continue;
            set(Form::link_suffix, reading_.rules->hosts.cheap_suffixes.contains(std::string(top_label(url.host))));
            const std::string_view label = domain_label(url.domain);
            set(Form::link_digits, digits_in(label) >= 2 && !url.address);
            set(Form::link_random_host, random_label(label));
            const bool elsewhere = !mail || url.domain != reading_.sender->registrable;
            set(Form::link_random_path, elsewhere && random_path(url.path));
            set(Form::link_hyphens, std::count(url.host.begin(), url.host.end(), '-') >= 2);
            set(Form::link_many_labels, std::count(url.host.begin(), url.host.end(), '.') >= 3 && !url.address);
            set(Form::link_address, url.address);
            set(Form::link_bare, url.scheme.empty());
            set(Form::link_plain, url.scheme == "http");
            set(Form::link_inner, !url.inner.empty());
            const std::string path = base::ascii_lower(base::shorten(url.path, 200));
            const std::string host = url.host;
            for (const std::string_view word : k_path_words) {
                if (path.find(word) != std::string::npos) set(Form::link_path_word);
                if (host.find(word) != std::string::npos) set(Form::link_host_word);
            }
            if (link.label) set(Form::link_shows_other, link.label->domain != url.domain);
        }
        set(Form::links_of_sender, mail && same > 0 && same == reading_.links.size());
        set(Form::links_some_of_sender, mail && same > 0);
        set(Form::links_of_others, mail && same == 0 && foreign > 0);
        set(Form::links_many, domains.size() >= 5);
        set(Form::link_only, foreign > 0 && columns_ < 160);
        set(Form::link_one_target, domains.size() == 1 && foreign > 0);
    }

    const Reading& reading_;
    SignBits bits_;
    std::size_t columns_ = 0;
};

}  // namespace

Kind kind_of(Channel channel) {
    if (channel == Channel::email) return Kind::mail;
    if (channel == Channel::url) return Kind::link;
    return channel == Channel::sms ? Kind::brief : Kind::talk;
}

SignBits read_signs(const Reading& reading) {
    return Signer(reading).run();
}

std::string sign_name(const Rules& rules, std::size_t index) {
    if (index < k_subject_bits) return index < rules.concepts.size() ? "word:" + rules.concepts[index] : std::string();
    if (index < k_fact_bits) {
        const std::size_t meaning = index - k_subject_bits;
        return meaning < rules.concepts.size() ? "subject:" + rules.concepts[meaning] : std::string();
    }
    if (index < k_form_bits) return "fact:" + std::string(name(static_cast<Fact>(index - k_fact_bits)));
    if (index < k_sign_bits) return "form:" + std::string(name(static_cast<Form>(index - k_form_bits)));
    return {};
}

}  // namespace detect
