#pragma once

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

// How points become a score: 1 / (1 + exp((middle - points) / slope)).
struct Scoring {
    double middle = 4, slope = 1.2;
    double suspicious = 0.5, scam = 0.75;  // From which score on.
    double low = 0.25, medium = 0.5, high = 0.75, critical = 0.93;
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
