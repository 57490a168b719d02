#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "detect/wording.h"
#include "model/finding.h"

// The facts and words that detectors use, as data: rules/*.json, rules/words/*.json and a manifest beside each
// detector. docs/rules.md tells how to write them.
namespace detect {

// Name ("official.json", "words/en.json", "detectors/lookalike/manifest.json") → content.
using RuleFiles = std::map<std::string, std::string>;

// The files that the program was built with.
const RuleFiles& built_in_rule_files();

using ConceptId = std::uint16_t;

// Meanings that the program itself finds, beside those that words/*.json give.
namespace own {
inline constexpr ConceptId amount = 0;  // A sum of money.
inline constexpr ConceptId phone = 1;
inline constexpr ConceptId code = 2;   // 4 to 8 digits.
inline constexpr ConceptId order = 3;  // 12 digits or more.
inline constexpr ConceptId link = 4;
inline constexpr ConceptId foreign_link = 5;
inline constexpr ConceptId brand_link = 6;
inline constexpr ConceptId chat_link = 7;
inline constexpr ConceptId short_link = 8;
inline constexpr ConceptId brand = 9;      // Name of a known company.
inline constexpr ConceptId platform = 10;  // Name of a marketplace.
}  // namespace own

// A normalised phrase and what it can mean.
struct Pattern {
    std::string literal;
    bool open_start = false, open_end = false;  // May continue a longer word ("verif*").
    std::vector<ConceptId> concepts;
    std::uint16_t brand = 0;  // Index + 1 of the company it names.
    std::string marked;       // Folded with its marks ("mã xác nhận"), to tell words apart that differ only there.
};

// A company whose name is abused: a marketplace, a courier, a bank, a mail provider …
struct Brand {
    std::string id;
    std::string name;
    std::string kind;                    // platform, courier, bank, wallet, mail, shop, tech, authority
    std::vector<std::string> names;      // As people write it.
    std::vector<std::string> normal;     // The same, normalised, those of three letters or more.
    std::vector<std::string> tokens;     // As it stands in host names.
    std::vector<std::string> not_alike;  // Host words that resemble a token and are ordinary.
    std::vector<std::string> domains;    // Registrable domains of its own; the first is the main one.
    std::vector<std::string> senders;    // Mail domains it writes from, beside `domains`.
    bool platform() const { return kind == "platform"; }
};

// What is known about hosts that belong to nobody in particular.
struct HostLists {
    using Names = std::unordered_set<std::string>;
    Names free_mail, short_links, forms, free_hosting, chat, file_sharing, redirectors, carriers;
    Names cheap_suffixes;  // "top"
    Names program_extensions, archive_extensions, page_extensions;
};

// Facts about a whole message that a signal may need or exclude.
enum class Fact : std::uint8_t {
    link,          // any link
    foreign_link,  // a link to a host that belongs to no known company and is not the sender's own
    brand_link,    // a link to a known company
    chat_link,
    short_link,
    form_link,
    free_host_link,
    file_link,
    official_sender,  // sender's domain belongs to a known company
    official_links,   // at least one link, all to known companies
    free_mail_sender,
    program,  // an attachment that runs
    archive,
    attachment,
    low_review,   // the same buyer left a low review
    known_order,  // names an order of ours
    member,       // written by a person of the team
    email,
    sms,
    chat,
    call,
    phone,       // a telephone number stands in the text
    short_text,  // fewer than 400 columns; the last one
};
inline constexpr std::size_t k_fact_count = static_cast<std::size_t>(Fact::short_text) + 1;
std::optional<Fact> parse_fact(std::string_view name);
std::string_view name(Fact fact);

// How a message looks, beside what it says. Signs only: none of them decides anything alone.
enum class Form : std::uint8_t {
    homoglyph,  // letters of other scripts among Latin ones
    zero_width,
    spaced_letters,
    leet,
    subject_emoji,
    subject_fancy,  // ornamental letters
    subject_exclaims,
    subject_upper,
    subject_number,
    subject_reply,
    subject_forward,
    upper_text,
    exclaims,
    emoji,
    fancy_letters,
    broken_words,  // "jen:Qu,a": signs inside words
    quotes,        // lines quoted from an earlier mail
    tiny_text,
    short_text,
    long_text,
    sender_no_name,
    sender_name_emoji,
    sender_name_signs,
    sender_malformed,
    sender_suffix,  // a top-level domain that is given away
    sender_digits,
    sender_random,
    sender_long,
    sender_in_domain,  // the sender's name stands in its domain
    reply_differs,
    link_suffix,
    link_digits,
    link_random_host,
    link_random_path,
    link_hyphens,
    link_many_labels,
    link_address,
    link_bare,
    link_plain,  // http without s
    link_inner,  // another address inside the link
    link_path_word,
    link_host_word,
    link_shows_other,
    links_of_sender,       // all links lead to the sender's own domain
    links_some_of_sender,  // some do
    links_of_others,       // none does
    links_many,
    link_only,  // a link and hardly any text
    link_one_target,
    wording_near,   // the wording model gives more than 0.5
    wording_close,  // more than 0.9
    wording_far,    // less than 0.05; the last one
};
inline constexpr std::size_t k_form_count = static_cast<std::size_t>(Form::wording_far) + 1;
std::string_view name(Form form);

// Where the bits of each kind of sign begin: meanings in the text from 0.
inline constexpr std::size_t k_meanings_max = 512;
inline constexpr std::size_t k_subject_bits = k_meanings_max;
inline constexpr std::size_t k_fact_bits = 2 * k_meanings_max;
inline constexpr std::size_t k_form_bits = k_fact_bits + k_fact_count;
inline constexpr std::size_t k_sign_bits = k_form_bits + k_form_count;

// Messages of one kind share weights and the scale of the score: mails, SMS, talk (chat, call notes), bare links.
enum class Kind : std::uint8_t { mail, brief, talk, link };
inline constexpr std::size_t k_kind_count = 4;
std::string_view name(Kind kind);

// "These meanings near each other, and none of those": worth `points` under `code`.
struct Signal {
    std::string code;
    double points = 0;
    std::vector<std::vector<ConceptId>> all;  // One of each group …
    std::vector<ConceptId> none;              // … and none of these in the same sentences.
    int within = 120;                         // Columns from the first to the last; 0: anywhere in the message.
    int reach = 60;                           // Columns around a matched word in which one of `none` counts.
    std::vector<Fact> facts, not_facts;
};

struct Manifest {
    std::string id;     // "message.lookalike"
    std::string about;  // One sentence.
    bool on = true;
    std::vector<std::string> windows;      // History it needs: "none", "buyer_30d".
    double cap = 100;                      // Most points it may add in all.
    std::map<std::string, double> points;  // Reasons it may give.
    std::vector<Signal> signals;
};

struct ReasonKind {
    std::string code;
    model::Category category = model::Category::none;
    model::Severity severity = model::Severity::none;
    std::vector<std::string> args;
    std::string means;
};

// How points become a score: 1 / (1 + exp((middle - points) / slope)), by kind of message.
struct Scale {
    double middle = 4, slope = 1.2;
};
struct Scoring {
    std::array<Scale, k_kind_count> scales;
    double suspicious = 0.5, scam = 0.75;  // From which score on.
    double low = 0.25, medium = 0.5, high = 0.75, critical = 0.93;
};

// What the signs of a message are worth together: start + the points of each, but not less than least, so that ordinary
// words do not outweigh a strong reason.
struct Weights {
    double start = 0, least = -100;
    std::vector<float> points;  // k_sign_bits long, mostly 0.
};

struct Rules {
    std::string version;  // SHA-256 of all files, shortened.
    std::vector<std::string> concepts;
    std::vector<std::vector<ConceptId>>
        masks;  // masks[c]: meanings that do not count where c stands ("if you do not").
    std::vector<Pattern> patterns;
    std::unordered_set<std::string> words;  // Single Latin words of at least four letters that occur in phrases.
    std::vector<Brand> brands;
    std::unordered_map<std::string, std::size_t> brand_of_domain;
    HostLists hosts;
    std::map<std::string, ReasonKind> reasons;
    std::map<std::string, Manifest> manifests;
    Scoring scoring;
    std::array<Weights, k_kind_count> weights;  // By kind of message.
    Wording wording;

    std::optional<ConceptId> concept_id(std::string_view name) const;
    const Brand* brand_of(std::string_view registrable_domain) const;
    std::vector<std::string> literals() const;
};

// Reads and checks everything; an error names the file and what is wrong. Pure.
base::Result<std::shared_ptr<const Rules>> load_rules(const RuleFiles& files);
// The built-in files, each replaced by the file of the same name in `folder` where there is one. Names in `folder` that
// no built-in file has are added when they are words or detectors' manifests. An unreadable file is an error.
base::Result<RuleFiles> rule_files_with(const std::string& folder);

}  // namespace detect
