#include <algorithm>
#include <cstdlib>
#include <utility>

#include "base/text.h"
#include "detect/detectors.h"

namespace detect {
namespace {

constexpr std::size_t k_anchors_max = 64;

bool member(const std::vector<ConceptId>& group, ConceptId meaning) {
    return std::find(group.begin(), group.end(), meaning) != group.end();
}

bool facts_fit(const Reading& reading, const Signal& signal) {
    return std::all_of(signal.facts.begin(), signal.facts.end(), [&](Fact f) { return reading.has(f); }) &&
           std::none_of(signal.not_facts.begin(), signal.not_facts.end(), [&](Fact f) { return reading.has(f); });
}

bool meanings_occur(const Reading& reading, const Signal& signal) {
    return std::all_of(signal.all.begin(), signal.all.end(), [&](const std::vector<ConceptId>& group) {
        return std::any_of(group.begin(), group.end(), [&](ConceptId meaning) { return reading.has(meaning); });
    });
}

struct Match {
    std::vector<const Hit*> hits;
    std::uint32_t first = 0, last = 0;  // Columns.
};

bool forbidden(const Reading& reading, const Signal& signal, const Match& match) {
    if (signal.none.empty()) return false;
    return std::any_of(reading.hits.begin(), reading.hits.end(), [&](const Hit& hit) {
        if (!member(signal.none, hit.meaning)) return false;
        if (signal.within == 0) return true;
        const auto reach = static_cast<std::uint32_t>(signal.reach);
        return std::any_of(match.hits.begin(), match.hits.end(), [&](const Hit* matched) {
            return matched->sentence == hit.sentence && hit.column_end + reach >= matched->column &&
                   hit.column <= matched->column_end + reach;
        });
    });
}

// The nearest hit of the group around the anchor, inside the window.
const Hit* nearest(const std::vector<const Hit*>& group, const Hit& anchor, std::uint32_t within) {
    const Hit* best = nullptr;
    std::uint32_t distance = within + 1;
    for (const Hit* hit : group) {
        const std::uint32_t apart =
            hit->column > anchor.column ? hit->column - anchor.column : anchor.column - hit->column;
        if (apart < distance) {
            best = hit;
            distance = apart;
        }
    }
    return best;
}

std::optional<Match> find_match(const Reading& reading, const Signal& signal) {
    std::vector<std::vector<const Hit*>> groups(signal.all.size());
    for (const Hit& hit : reading.hits)
        for (std::size_t i = 0; i < groups.size(); ++i)
            if (member(signal.all[i], hit.meaning)) groups[i].push_back(&hit);
    const std::uint32_t within = signal.within == 0 ? 0xfffffffeU : static_cast<std::uint32_t>(signal.within);
    // From the rarest meaning on: every other one must stand in its reach.
    const auto rarest = std::min_element(groups.begin(), groups.end(),
                                         [](const auto& a, const auto& b) { return a.size() < b.size(); });
    for (std::size_t k = 0; k < rarest->size() && k < k_anchors_max; ++k) {
        const Hit& anchor = *(*rarest)[k];
        Match match{{&anchor}, anchor.column, anchor.column_end};
        bool whole = true;
        for (auto group = groups.begin(); group != groups.end() && whole; ++group) {
            if (group == rarest) continue;
            const Hit* hit = nearest(*group, anchor, within);
            whole = hit != nullptr;
            if (!whole) break;
            match.hits.push_back(hit);
            match.first = std::min(match.first, hit->column);
            match.last = std::max(match.last, hit->column_end);
        }
        if (!whole || (signal.within != 0 && match.last - match.first > within + 40) ||
            forbidden(reading, signal, match))
            continue;
        return match;
    }
    return std::nullopt;
}

// What was seen, as the reader wrote it, in order of appearance.
std::string words_of(const Reading& reading, std::vector<const Hit*> hits) {
    std::sort(hits.begin(), hits.end(), [](const Hit* a, const Hit* b) { return a->column < b->column; });
    std::string words;
    for (const Hit* hit : hits) {
        const std::string word(base::trim(base::shorten(reading.text_of(*hit), 60)));
        if (word.empty() || words.find(word) != std::string::npos) continue;
        words += words.empty() ? word : " … " + word;
    }
    return words;
}

model::Place span_of(const Reading& reading, const Match& match) {
    const Hit* first = match.hits.front();
    for (const Hit* hit : match.hits)
        if (std::pair(hit->part, hit->from) < std::pair(first->part, first->from)) first = hit;
    model::Place place = reading.place(*first);
    for (const Hit* hit : match.hits)
        if (hit->part == first->part && hit->from < place.from + 400) place.to = std::max(place.to, hit->to);
    return place;
}

}  // namespace

model::Reason reason(const Manifest& manifest, std::string_view code, std::map<std::string, std::string> args,
                     std::optional<model::Place> at) {
    const auto points = manifest.points.find(std::string(code));
    if (points == manifest.points.end()) std::abort();  // The detector's own test runs every code.
    return {std::string(code), points->second, std::move(args), std::move(at)};
}

std::vector<model::Reason> phrases(const Reading& reading, const Manifest& manifest) {
    std::vector<model::Reason> reasons;
    for (const Signal& signal : manifest.signals) {
        if (!facts_fit(reading, signal) || !meanings_occur(reading, signal)) continue;
        if (signal.all.empty()) {
            reasons.push_back({signal.code, signal.points, {}, {}});
            continue;
        }
        if (const auto match = find_match(reading, signal))
            reasons.push_back(
                {signal.code, signal.points, {{"words", words_of(reading, match->hits)}}, span_of(reading, *match)});
    }
    return reasons;
}

}  // namespace detect
