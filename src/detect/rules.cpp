#include "detect/rules.h"

#include <algorithm>
#include <array>

#include "base/crypto.h"
#include "base/encoding.h"
#include "base/json.h"
#include "base/text.h"
#include "detect/normal.h"
#include "detect/rules_reader.h"
#include "detect/signs.h"

namespace detect {
namespace {

constexpr std::array<std::pair<std::string_view, Fact>, k_fact_count> k_facts = {{
    {"link", Fact::link},
    {"foreign_link", Fact::foreign_link},
    {"brand_link", Fact::brand_link},
    {"chat_link", Fact::chat_link},
    {"short_link", Fact::short_link},
    {"form_link", Fact::form_link},
    {"free_host_link", Fact::free_host_link},
    {"file_link", Fact::file_link},
    {"official_sender", Fact::official_sender},
    {"official_links", Fact::official_links},
    {"free_mail_sender", Fact::free_mail_sender},
    {"program", Fact::program},
    {"archive", Fact::archive},
    {"attachment", Fact::attachment},
    {"low_review", Fact::low_review},
    {"known_order", Fact::known_order},
    {"member", Fact::member},
    {"email", Fact::email},
    {"sms", Fact::sms},
    {"chat", Fact::chat},
    {"call", Fact::call},
    {"phone", Fact::phone},
    {"short_text", Fact::short_text},
}};

constexpr std::array<std::string_view, k_form_count> k_forms = {"homoglyph",
                                                                "zero_width",
                                                                "spaced_letters",
                                                                "leet",
                                                                "subject_emoji",
                                                                "subject_fancy",
                                                                "subject_exclaims",
                                                                "subject_upper",
                                                                "subject_number",
                                                                "subject_reply",
                                                                "subject_forward",
                                                                "upper_text",
                                                                "exclaims",
                                                                "emoji",
                                                                "fancy_letters",
                                                                "broken_words",
                                                                "quotes",
                                                                "tiny_text",
                                                                "short_text",
                                                                "long_text",
                                                                "sender_no_name",
                                                                "sender_name_emoji",
                                                                "sender_name_signs",
                                                                "sender_malformed",
                                                                "sender_suffix",
                                                                "sender_digits",
                                                                "sender_random",
                                                                "sender_long",
                                                                "sender_in_domain",
                                                                "reply_differs",
                                                                "link_suffix",
                                                                "link_digits",
                                                                "link_random_host",
                                                                "link_random_path",
                                                                "link_hyphens",
                                                                "link_many_labels",
                                                                "link_address",
                                                                "link_bare",
                                                                "link_plain",
                                                                "link_inner",
                                                                "link_path_word",
                                                                "link_host_word",
                                                                "link_shows_other",
                                                                "links_of_sender",
                                                                "links_some_of_sender",
                                                                "links_of_others",
                                                                "links_many",
                                                                "link_only",
                                                                "link_one_target",
                                                                "wording_near",
                                                                "wording_close",
                                                                "wording_far"};
constexpr std::array<std::string_view, k_kind_count> k_kinds = {"mail", "brief", "talk", "link"};

base::Result<void> read_reasons(const FileReader& file, Rules& rules) {
    for (const auto& item : TRY(file.list("reasons"))) {
        ReasonKind kind;
        kind.code = TRY(file.text(item, "code"));
        const std::string category = TRY(file.text(item, "category"));
        const std::string severity = TRY(file.text(item, "severity"));
        const auto parsed_category = model::parse_category(category);
        const auto parsed_severity = model::parse_severity(severity);
        if (!parsed_category) return file.wrong(kind.code + ": unknown category " + category);
        if (!parsed_severity) return file.wrong(kind.code + ": unknown severity " + severity);
        kind.category = *parsed_category;
        kind.severity = *parsed_severity;
        kind.args = TRY(file.texts(item, "args"));
        kind.means = TRY(file.text(item, "means"));
        const std::string code = kind.code;
        if (!rules.reasons.emplace(code, std::move(kind)).second) return file.wrong(code + " stands there twice");
    }
    return {};
}

base::Result<void> read_scoring(const FileReader& file, Rules& rules) {
    Scoring& s = rules.scoring;
    for (std::size_t kind = 0; kind < k_kind_count; ++kind) {
        const base::Json scale = file.root()[k_kinds[kind]];
        s.scales[kind].middle = TRY(file.number(scale, "middle"));
        s.scales[kind].slope = TRY(file.number(scale, "slope"));
        if (s.scales[kind].slope <= 0) return file.wrong("slope must be above 0");
    }
    s.suspicious = TRY(file.number(file.root(), "suspicious"));
    s.scam = TRY(file.number(file.root(), "scam"));
    s.low = TRY(file.number(file.root(), "low"));
    s.medium = TRY(file.number(file.root(), "medium"));
    s.high = TRY(file.number(file.root(), "high"));
    s.critical = TRY(file.number(file.root(), "critical"));
    if (!(s.suspicious <= s.scam)) return file.wrong("suspicious must not be above scam");
    if (!(s.low <= s.medium && s.medium <= s.high && s.high <= s.critical)) return file.wrong("the levels must rise");
    return {};
}

base::Result<void> read_hosts(const FileReader& file, Rules& rules) {
    const auto fill = [&](std::string_view key, HostLists::Names& into) -> base::Result<void> {
        for (const std::string& name : TRY(file.texts(file.root(), key))) into.insert(base::ascii_lower(name));
        return {};
    };
    HostLists& hosts = rules.hosts;
    TRY_VOID(fill("free_mail", hosts.free_mail));
    TRY_VOID(fill("short_links", hosts.short_links));
    TRY_VOID(fill("forms", hosts.forms));
    TRY_VOID(fill("free_hosting", hosts.free_hosting));
    TRY_VOID(fill("chat", hosts.chat));
    TRY_VOID(fill("file_sharing", hosts.file_sharing));
    TRY_VOID(fill("redirectors", hosts.redirectors));
    TRY_VOID(fill("carriers", hosts.carriers));
    TRY_VOID(fill("cheap_suffixes", hosts.cheap_suffixes));
    TRY_VOID(fill("program_extensions", hosts.program_extensions));
    TRY_VOID(fill("archive_extensions", hosts.archive_extensions));
    TRY_VOID(fill("page_extensions", hosts.page_extensions));
    return {};
}

base::Result<void> add_brand(const FileReader& file, Rules& rules, Brand brand) {
    if (brand.names.empty() || brand.domains.empty()) return file.wrong(brand.id + " needs names and domains");
    brand.name = brand.names.front();
    for (const std::string& name : brand.names)
        if (std::string normal = normal_form(name); normal.size() >= 3) brand.normal.push_back(std::move(normal));
    for (const std::string& token : brand.tokens)
        if (token.size() < 3 || token != base::ascii_lower(token))
            return file.wrong(brand.id + ": token \"" + token + "\" must be lower case with three letters or more");
    const std::size_t index = rules.brands.size();
    for (std::vector<std::string>* list : {&brand.domains, &brand.senders})
        for (std::string& domain : *list) {
            domain = base::ascii_lower(domain);
            if (domain.find('.') == std::string::npos || domain.find('/') != std::string::npos)
                return file.wrong(brand.id + ": \"" + domain + "\" is no domain");
            const auto [at, fresh] = rules.brand_of_domain.emplace(domain, index);
            if (!fresh && at->second != index)
                return file.wrong("\"" + domain + "\" belongs to " + rules.brands[at->second].id + " and to " +
                                  brand.id);
        }
    rules.brands.push_back(std::move(brand));
    return {};
}

// The book of official domains: every entry says where it comes from and when it was seen.
base::Result<void> read_official(const FileReader& file, Rules& rules) {
    for (const auto& item : TRY(file.list("platforms"))) {
        Brand brand;
        brand.id = TRY(file.text(item, "id"));
        brand.kind = "platform";
        brand.names = TRY(file.texts(item, "names"));
        brand.tokens = TRY(file.texts(item, "tokens"));
        brand.not_alike = TRY(file.texts(item, "not_alike"));
        for (const std::string_view key : {"hosts", "senders"})
            for (const auto& entry : TRY(file.list(item, key))) {
                const std::string domain = TRY(file.text(entry, "domain"));
                for (const std::string_view field : {"market", "purpose", "source", "date"})
                    (void)TRY(file.text(entry, field));
                auto& list = key == "hosts" ? brand.domains : brand.senders;
                if (std::find(list.begin(), list.end(), domain) == list.end()) list.push_back(domain);
            }
        TRY_VOID(add_brand(file, rules, std::move(brand)));
    }
    return {};
}

base::Result<void> read_brands(const FileReader& file, Rules& rules) {
    for (const auto& item : TRY(file.list("brands"))) {
        Brand brand;
        brand.id = TRY(file.text(item, "id"));
        brand.kind = TRY(file.text(item, "kind"));
        brand.names = TRY(file.texts(item, "names"));
        brand.tokens = TRY(file.texts(item, "tokens"));
        brand.not_alike = TRY(file.texts(item, "not_alike"));
        brand.domains = TRY(file.texts(item, "domains"));
        TRY_VOID(add_brand(file, rules, std::move(brand)));
    }
    return {};
}

// In the order of detect::own.
constexpr std::array<std::string_view, 11> k_own_concepts = {
    "@amount",     "@phone",     "@code",       "@order", "@link",    "@foreign_link",
    "@brand_link", "@chat_link", "@short_link", "@brand", "@platform"};

base::Result<void> read_concepts(const FileReader& file, Rules& rules) {
    for (const std::string_view name : k_own_concepts) rules.concepts.emplace_back(name);
    const auto items = TRY(file.list("concepts"));
    for (const auto& item : items) {
        const std::string id = TRY(file.text(item, "id"));
        (void)TRY(file.text(item, "means"));
        if (rules.concept_id(id)) return file.wrong("the meaning \"" + id + "\" stands there twice");
        rules.concepts.push_back(id);
    }
    rules.masks.resize(rules.concepts.size());
    for (const auto& item : items) {
        const std::string own_id = TRY(file.text(item, "id"));
        const auto self = rules.concept_id(own_id);
        if (!item["masks"].present()) continue;
        for (const std::string& masked : TRY(file.texts(item, "masks"))) {
            const auto id = rules.concept_id(masked);
            if (!id) return file.wrong("masks an unknown meaning \"" + masked + "\"");
            rules.masks[*self].push_back(*id);
        }
    }
    return {};
}

// Phrases by their normalised form, so that the same phrase of two languages is one pattern.
class PatternTable {
  public:
    base::Result<void> add(const FileReader& file, std::string_view phrase, ConceptId meaning,
                           std::uint16_t brand = 0) {
        std::string_view bare = phrase;
        const bool open_start = bare.starts_with('*'), open_end = bare.ends_with('*');
        if (open_start) bare.remove_prefix(1);
        if (open_end && !bare.empty()) bare.remove_suffix(1);
        std::string literal = normal_form(bare);
        if (literal.size() < 2) return file.wrong("the phrase \"" + std::string(phrase) + "\" is too short");
        if (literal.size() > 200) return file.wrong("the phrase \"" + std::string(phrase) + "\" is too long");
        // Words that differ only in their marks are patterns of their own.
        const std::string key =
            base::fold(bare) + "\x03" + literal + (open_start ? "\x01" : "\x02") + (open_end ? "\x01" : "\x02");
        const auto [at, fresh] = index_.emplace(key, patterns_.size());
        if (fresh) patterns_.push_back({std::move(literal), open_start, open_end, {}, 0, base::fold(bare)});
        auto& concepts = patterns_[at->second].concepts;
        if (std::find(concepts.begin(), concepts.end(), meaning) == concepts.end()) concepts.push_back(meaning);
        if (brand != 0) patterns_[at->second].brand = brand;
        return {};
    }
    std::vector<Pattern> take() && { return std::move(patterns_); }

  private:
    std::unordered_map<std::string, std::size_t> index_;
    std::vector<Pattern> patterns_;
};

void remember_words(Rules& rules) {
    for (const Pattern& pattern : rules.patterns)
        for (const std::string_view word : base::split(pattern.literal, ' ')) {
            const bool latin = std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
            if (latin && word.size() >= 4) rules.words.emplace(word);
        }
}

base::Result<void> read_words(const RuleFiles& files, Rules& rules) {
    PatternTable table;
    for (const auto& [name, content] : files) {
        if (!name.starts_with("words/") || name == "words/concepts.json") continue;
        const FileReader file = TRY(FileReader::open(name, content));
        (void)TRY(file.text(file.root(), "lang"));
        const base::Json all = file.root()["words"];
        if (!all.is_object()) return file.wrong("\"words\" must be an object of meanings");
        for (const auto& [meaning, phrases] : all.members()) {
            const auto id = rules.concept_id(meaning);
            if (!id)
                return file.wrong("unknown meaning \"" + std::string(meaning) + "\" (words/concepts.json lists them)");
            if (!phrases.is_array()) return file.wrong("\"" + std::string(meaning) + "\" must be a list of phrases");
            for (const base::Json& phrase : phrases.items()) {
                const auto text = phrase.string();
                if (!text) return file.wrong("\"" + std::string(meaning) + "\" holds something that is no text");
                TRY_VOID(table.add(file, *text, *id));
            }
        }
    }
    const FileReader brands = TRY(FileReader::open("official.json", files.at("official.json")));
    std::uint16_t index = 0;
    for (const Brand& brand : rules.brands) {
        ++index;
        for (const std::string& brand_name : brand.names) {
            TRY_VOID(table.add(brands, brand_name, own::brand, index));
            if (brand.platform()) TRY_VOID(table.add(brands, brand_name, own::platform, index));
        }
    }
    rules.patterns = std::move(table).take();
    remember_words(rules);
    return {};
}

// The wording model: {"scale", "bias", "weights": 65,536 signed bytes in base64}.
base::Result<void> read_wording(const FileReader& file, Rules& rules) {
    const auto bytes = base::parse_base64(TRY(file.text(file.root(), "weights")));
    if (!bytes || bytes->size() != k_wording_buckets) return file.wrong("\"weights\" must be 65,536 bytes in base64");
    rules.wording.scale = TRY(file.number(file.root(), "scale"));
    rules.wording.bias = TRY(file.number(file.root(), "bias"));
    for (const char byte : *bytes) rules.wording.weights.push_back(static_cast<std::int8_t>(byte));
    return {};
}

// {"mail": {"start": -2, "least": -4, "signs": {"word:click": 0.4, …}}, …}: a name that no sign has is an error, so
// that a word list can change safely.
base::Result<void> read_weights(const FileReader& file, Rules& rules) {
    std::unordered_map<std::string, std::size_t> index;
    for (std::size_t i = 0; i < k_sign_bits; ++i)
        if (std::string sign = sign_name(rules, i); !sign.empty()) index.emplace(std::move(sign), i);
    for (std::size_t kind = 0; kind < k_kind_count; ++kind) {
        const base::Json of_kind = file.root()[k_kinds[kind]];
        Weights& weights = rules.weights[kind];
        weights.points.assign(k_sign_bits, 0);
        weights.start = TRY(file.number(of_kind, "start"));
        weights.least = TRY(file.number(of_kind, "least"));
        for (const auto& [sign, value] : of_kind["signs"].members()) {
            const auto at = index.find(std::string(sign));
            const auto points = value.number();
            if (at == index.end()) return file.wrong("\"" + std::string(sign) + "\" is no sign");
            if (!points || *points < -20 || *points > 20) return file.wrong(std::string(sign) + " has no points");
            weights.points[at->second] = static_cast<float>(*points);
        }
    }
    return {};
}

base::Result<Signal> read_signal(const FileReader& file, const Rules& rules, const Manifest& manifest,
                                 const base::Json& item) {
    Signal signal;
    signal.code = TRY(file.text(item, "code"));
    const auto points = manifest.points.find(signal.code);
    if (points == manifest.points.end()) return file.wrong(signal.code + " is not among \"reasons\"");
    signal.points = item["points"].number().value_or(points->second);
    signal.within = static_cast<int>(item["within"].integer_or(120));
    if (signal.within < 0 || signal.within > 5000) return file.wrong(signal.code + ": within must be 0 to 5000");
    signal.reach = static_cast<int>(item["reach"].integer_or(60));
    if (signal.reach < 0 || signal.reach > 500) return file.wrong(signal.code + ": reach must be 0 to 500");
    const auto meaning = [&](std::string_view name) -> base::Result<ConceptId> {
        const auto id = rules.concept_id(name);
        if (!id) return file.wrong(signal.code + ": unknown meaning \"" + std::string(name) + "\"");
        return *id;
    };
    for (const std::string& group : TRY(file.texts(item, "all"))) {
        std::vector<ConceptId> ids;
        for (const std::string_view name : base::split(group, '|')) ids.push_back(TRY(meaning(name)));
        signal.all.push_back(std::move(ids));
    }
    if (item["none"].present())
        for (const std::string& name : TRY(file.texts(item, "none"))) signal.none.push_back(TRY(meaning(name)));
    if (item["facts"].present())
        for (const std::string& text : TRY(file.texts(item, "facts"))) {
            std::string_view name = text;
            const bool negated = name.starts_with('!');
            if (negated) name.remove_prefix(1);
            const auto fact = parse_fact(name);
            if (!fact) return file.wrong(signal.code + ": unknown fact \"" + text + "\"");
            (negated ? signal.not_facts : signal.facts).push_back(*fact);
        }
    if (signal.all.empty() && signal.facts.empty()) return file.wrong(signal.code + " has no condition");
    return signal;
}

base::Result<void> read_manifest(const FileReader& file, Rules& rules) {
    Manifest manifest;
    manifest.id = TRY(file.text(file.root(), "id"));
    manifest.about = TRY(file.text(file.root(), "about"));
    const std::string start = TRY(file.text(file.root(), "default"));
    if (start != "on" && start != "off") return file.wrong("\"default\" must be \"on\" or \"off\"");
    manifest.on = start == "on";
    manifest.windows = TRY(file.texts(file.root(), "windows"));
    for (const std::string& window : manifest.windows)
        if (window != "none" && window != "buyer_30d") return file.wrong("unknown window \"" + window + "\"");
    manifest.cap = file.root()["cap"].number().value_or(100);
    if (!file.root()["reasons"].is_object()) return file.wrong("\"reasons\" must be an object of codes and points");
    for (const auto& [code, value] : file.root()["reasons"].members()) {
        const auto points = value.number();
        if (!points) return file.wrong(std::string(code) + " has no points");
        if (!rules.reasons.contains(std::string(code)))
            return file.wrong(std::string(code) + " is not in reasons.json");
        manifest.points[std::string(code)] = *points;
    }
    if (file.root()["signals"].present())
        for (const auto& item : TRY(file.list("signals")))
            manifest.signals.push_back(TRY(read_signal(file, rules, manifest, item)));
    const std::string id = manifest.id;
    if (!rules.manifests.emplace(id, std::move(manifest)).second) return file.wrong("two detectors are called " + id);
    return {};
}

}  // namespace

std::optional<Fact> parse_fact(std::string_view name) {
    for (const auto& [text, fact] : k_facts)
        if (text == name) return fact;
    return std::nullopt;
}

std::string_view name(Fact fact) {
    return k_facts[static_cast<std::size_t>(fact)].first;
}
std::string_view name(Form form) {
    return k_forms[static_cast<std::size_t>(form)];
}
std::string_view name(Kind kind) {
    return k_kinds[static_cast<std::size_t>(kind)];
}

std::optional<ConceptId> Rules::concept_id(std::string_view name) const {
    const auto found = std::find(concepts.begin(), concepts.end(), name);
    if (found == concepts.end()) return std::nullopt;
    return static_cast<ConceptId>(found - concepts.begin());
}

const Brand* Rules::brand_of(std::string_view domain) const {
    auto found = brand_of_domain.find(std::string(domain));
    // Suffixes that only authorities get ("gov.vn") own all names below them.
    if (const auto dot = domain.find('.'); found == brand_of_domain.end() && dot != std::string_view::npos)
        found = brand_of_domain.find(std::string(domain.substr(dot + 1)));
    return found == brand_of_domain.end() ? nullptr : &brands[found->second];
}

std::vector<std::string> Rules::literals() const {
    std::vector<std::string> out;
    out.reserve(patterns.size());
    for (const Pattern& pattern : patterns) out.push_back(pattern.literal);
    return out;
}

base::Result<std::shared_ptr<const Rules>> load_rules(const RuleFiles& files) {
    auto rules = std::make_shared<Rules>();
    std::string all;
    for (const auto& [name, content] : files) all += name + '\0' + base::sha256(content);
    rules->version = base::hex(base::sha256(all)).substr(0, 16);

    using Read = base::Result<void> (*)(const FileReader&, Rules&);
    static constexpr std::array<std::pair<std::string_view, Read>, 8> k_parts = {
        {{"reasons.json", read_reasons},
         {"scoring.json", read_scoring},
         {"hosts.json", read_hosts},
         {"official.json", read_official},
         {"brands.json", read_brands},
         {"words/concepts.json", read_concepts},
         {"weights.json", read_weights},
         {"wording.json", read_wording}}};
    for (const auto& [name, read] : k_parts) {
        const auto content = files.find(std::string(name));
        if (content == files.end())
            return base::fail(base::Code::invalid_input, "rules: " + std::string(name) + " is missing");
        const FileReader file = TRY(FileReader::open(name, content->second));
        TRY_VOID(read(file, *rules));
    }
    TRY_VOID(read_words(files, *rules));
    for (const auto& [name, content] : files)
        if (name.starts_with("detectors/")) {
            const FileReader file = TRY(FileReader::open(name, content));
            TRY_VOID(read_manifest(file, *rules));
        }
    return std::shared_ptr<const Rules>(std::move(rules));
}

}  // namespace detect
