#include "detect/combine.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace detect {
namespace {

model::Severity level_of(const Scoring& scoring, double score) {
    if (score >= scoring.critical) return model::Severity::critical;
    if (score >= scoring.high) return model::Severity::high;
    if (score >= scoring.medium) return model::Severity::medium;
    return score >= scoring.low ? model::Severity::low : model::Severity::none;
}

// Of each code the strongest, in order of strength.
std::vector<model::Reason> strongest(std::vector<model::Reason> reasons) {
    std::stable_sort(reasons.begin(), reasons.end(), [](const model::Reason& a, const model::Reason& b) {
        return std::abs(a.points) > std::abs(b.points);
    });
    std::vector<model::Reason> kept;
    for (model::Reason& reason : reasons)
        if (std::none_of(kept.begin(), kept.end(), [&](const model::Reason& k) { return k.code == reason.code; }))
            kept.push_back(std::move(reason));
    return kept;
}

}  // namespace

double sum_points(const Rules& rules, const std::vector<DetectorReasons>& all) {
    double points = 0;
    for (const DetectorReasons& from : all) {
        const auto manifest = rules.manifests.find(from.detector);
        double added = 0;
        for (const model::Reason& reason : strongest(from.reasons))
            (reason.points < 0 ? points : added) += reason.points;
        points += std::min(added, manifest == rules.manifests.end() ? 100 : manifest->second.cap);
    }
    return points;
}

model::Finding combine(const Rules& rules, Kind kind, std::vector<DetectorReasons> all) {
    model::Finding finding;
    finding.rules_version = rules.version;
    const double points = sum_points(rules, all);
    double strongest_points = 0;
    std::map<model::Category, double> by_category;
    std::vector<model::Reason> reasons;
    for (DetectorReasons& from : all) {
        for (model::Reason& reason : strongest(std::move(from.reasons))) {
            if (reason.points < 0) {
                finding.against.push_back(std::move(reason));
                continue;
            }
            if (reason.points > strongest_points) {
                strongest_points = reason.points;
                finding.detector = from.detector;
            }
            if (const auto known = rules.reasons.find(reason.code); known != rules.reasons.end())
                by_category[known->second.category] += reason.points;
            reasons.push_back(std::move(reason));
        }
    }
    finding.reasons = strongest(std::move(reasons));
    // What a message does stands before how it is worded: a person can check the one, and has to believe the other.
    std::stable_partition(finding.reasons.begin(), finding.reasons.end(),
                          [](const model::Reason& reason) { return !reason.code.starts_with("signs."); });
    finding.against = strongest(std::move(finding.against));
    const Scoring& scoring = rules.scoring;
    const Scale& scale = scoring.scales[static_cast<std::size_t>(kind)];
    finding.score = 1 / (1 + std::exp((scale.middle - points) / scale.slope));
    finding.severity = level_of(scoring, finding.score);
    finding.verdict = finding.score >= scoring.scam         ? model::Verdict::scam
                      : finding.score >= scoring.suspicious ? model::Verdict::suspicious
                                                            : model::Verdict::clean;
    if (finding.verdict != model::Verdict::clean) {
        // A trick alone does not say what the trick is for.
        by_category.erase(model::Category::none);
        finding.category = model::Category::other_scam;
        double most = 0;
        for (const auto& [category, sum] : by_category)
            if (sum > most) {
                most = sum;
                finding.category = category;
            }
    }
    return finding;
}

}  // namespace detect
