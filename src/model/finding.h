#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/ids.h"

namespace model {

enum class Severity { none, low, medium, high, critical };
std::string_view name(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// What is going on. The names are part of the output of `stallward scan`: never renamed.
enum class Category {
    none,
    phishing,
    account_theft,
    fake_service,
    review_fraud,
    extortion,
    refund_fraud,
    clone_claim,
    off_platform,
    overpayment,
    malware,
    advance_fee,
    other_scam
};
std::string_view name(Category category);
std::optional<Category> parse_category(std::string_view text);

enum class Verdict { clean, suspicious, scam, unreadable };
std::string_view name(Verdict verdict);

// Where in a message: UTF-8 byte offsets into the decoded text of the part.
struct Place {
    std::string part;
    std::uint32_t from = 0, to = 0;
    friend bool operator==(const Place&, const Place&) = default;
};

// One reason, as code + arguments; sentences are made at the edge in the reader's language (rules/reasons.json lists
// all codes and their arguments).
struct Reason {
    std::string code;   // "phish.lookalike_domain"
    double points = 0;  // Negative: speaks against a scam.
    std::map<std::string, std::string> args;
    std::optional<Place> at;
    friend bool operator==(const Reason&, const Reason&) = default;
};

// What one detector says about one thing at one moment.
struct Finding {
    FindingId id;
    StoreId store;              // 0 when no store is concerned (checker, scan).
    std::string detector;       // "message.phishing"
    std::string rules_version;  // Of the rule data it used.
    Category category = Category::none;
    Severity severity = Severity::none;
    Verdict verdict = Verdict::clean;
    double score = 0;                 // 0 to 1.
    std::vector<Reason> reasons;      // Strongest first.
    std::vector<Reason> against;      // Facts that speak against it.
    std::string subject_kind;         // "message", "order", "store" …
    std::string subject;              // Its id as text.
    std::string identity;             // Findings with the same identity inside a time window are one alert.
    std::int64_t event_position = 0;  // Position in the store's event log; 0: none.
    base::Time as_of;
};

}  // namespace model
