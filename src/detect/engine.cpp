#include "detect/engine.h"

#include <algorithm>
#include <utility>

#include "detect/combine.h"
#include "detect/reading.h"

namespace detect {

Engine::Engine(std::shared_ptr<const Rules> rules, Patterns patterns)
    : rules_(std::move(rules)), patterns_(std::move(patterns)) {}

base::Result<std::shared_ptr<const Engine>> Engine::make(const RuleFiles& files, const std::string& cache_folder) {
    auto rules = TRY(load_rules(files));
    const auto detectors = message_detectors();
    for (const DetectorEntry& entry : detectors)
        if (!rules->manifests.contains(std::string(entry.id)))
            return base::fail(base::Code::invalid_input, "rules: no manifest of " + std::string(entry.id));
    for (const auto& [id, manifest] : rules->manifests)
        if (std::none_of(detectors.begin(), detectors.end(),
                         [&](const DetectorEntry& entry) { return entry.id == id; }))
            return base::fail(base::Code::invalid_input, "rules: " + id + " is no detector of this program");
    Patterns patterns = TRY(cached_patterns(cache_folder, rules->version, rules->literals()));
    return std::shared_ptr<const Engine>(new Engine(std::move(rules), std::move(patterns)));
}

std::set<std::string> Engine::windows() const {
    std::set<std::string> needed;
    for (const auto& [id, manifest] : rules_->manifests)
        if (manifest.on)
            for (const std::string& window : manifest.windows)
                if (window != "none") needed.insert(window);
    return needed;
}

std::vector<DetectorReasons> Engine::reasons_of(const Reading& reading, bool signs) const {
    std::vector<DetectorReasons> all;
    for (const DetectorEntry& entry : message_detectors()) {
        const Manifest& manifest = rules_->manifests.find(std::string(entry.id))->second;
        if (!manifest.on || (entry.weighed && !signs)) continue;
        auto reasons = entry.run(reading, manifest);
        if (!reasons.empty()) all.push_back({std::string(entry.id), std::move(reasons)});
    }
    return all;
}

Evidence Engine::evidence(const MessageView& message) const {
    const Window window;
    const Reading reading = read_message(*rules_, patterns_, message, window);
    return {read_signs(reading), sum_points(*rules_, reasons_of(reading, false))};
}

model::Finding Engine::judge(const MessageView& message, const Window& window, base::Time as_of) const {
    const Reading reading = read_message(*rules_, patterns_, message, window);
    model::Finding finding = combine(*rules_, kind_of(message.channel), reasons_of(reading, true));
    const bool unread = message.features->cut || message.features->encrypted;
    if (unread && finding.verdict == model::Verdict::clean) {
        finding.verdict = model::Verdict::unreadable;
        finding.severity = std::max(finding.severity, model::Severity::medium);
    }
    if (unread)
        finding.reasons.push_back(
            {"unread.part", 0, {{"why", message.features->encrypted ? "encrypted" : "limit"}}, {}});
    finding.as_of = as_of;
    finding.subject_kind = "message";
    if (finding.detector.empty()) finding.detector = "message";
    return finding;
}

model::Finding unreadable(const Rules& rules, const std::string& why) {
    model::Finding finding;
    finding.detector = "message";
    finding.rules_version = rules.version;
    finding.verdict = model::Verdict::unreadable;
    finding.severity = model::Severity::medium;
    finding.score = rules.scoring.suspicious;
    finding.reasons.push_back({"unread.message", 0, {{"why", why}}, {}});
    finding.subject_kind = "message";
    return finding;
}

}  // namespace detect
