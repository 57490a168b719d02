#include "detect/detectors/lookalike/alike.h"

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "detect/fold.h"
#include "detect/normal.h"

namespace detect::lookalike {
namespace {

// Shorter names occur inside ordinary words by chance.
constexpr std::size_t k_inside_min = 6;

std::string undone(std::string_view label, char one) {
    std::string plain = without_leet(label, one);
    for (const auto& [two, letter] : {std::pair<std::string_view, char>{"vv", 'w'}, {"rn", 'm'}}) {
        for (std::size_t at = plain.find(two); at != std::string::npos; at = plain.find(two, at + 1))
            plain.replace(at, 2, 1, letter);
    }
    return plain;
}

// A name and a token compared after the same reductions. UTS 39's skeleton turns "m" into "rn" and "l" into "1"-like
// forms, so both sides pass through it.
bool same_skeleton(std::string_view shown, std::string_view token) {
    return skeleton(shown) == skeleton(token);
}

std::vector<std::string_view> pieces(std::string_view label) {
    return base::split(label, '-');
}

bool listed(const std::vector<std::string>& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::optional<How> label_alike(const Brand& brand, std::string_view token, std::string_view label,
                               std::string_view shown_label) {
    if (listed(brand.not_alike, label)) return std::nullopt;
    const bool ascii = label == shown_label;
    if (!ascii) {
        // Compared letter by letter in the reader's eyes.
        if (same_skeleton(shown_label, token)) return How::homoglyph;
        const std::string plain = skeleton(shown_label);
        if (token.size() >= k_inside_min && plain.find(skeleton(token)) != std::string::npos) return How::homoglyph;
        for (const std::string_view piece : pieces(shown_label))
            if (same_skeleton(piece, token)) return How::homoglyph;
        return std::nullopt;
    }
    for (const std::string_view piece : pieces(label)) {
        if (listed(brand.not_alike, piece)) continue;
        if (piece == token) return How::contained;
        for (const char one : {'l', 'i'})
            if (undone(piece, one) == token && piece != token) return How::homoglyph;
        if (token.size() >= k_inside_min || (token.size() == 5 && piece.starts_with(token) && piece.size() >= 9)) {
            if (piece.find(token) != std::string_view::npos) return How::contained;
            for (const char one : {'l', 'i'})
                if (undone(piece, one).find(token) != std::string::npos) return How::homoglyph;
        }
        const std::size_t allowed = token.size() >= 9 ? 2 : token.size() >= 6 ? 1 : 0;
        if (allowed > 0 && piece.size() + 1 >= token.size() && edit_distance(piece, token, allowed) <= allowed)
            return How::misspelt;
    }
    // "tik-tok", "sho-pee".
    std::string joined(label);
    std::erase(joined, '-');
    if (joined != label && token.size() >= k_inside_min && joined.find(token) != std::string::npos)
        return How::contained;
    return std::nullopt;
}

}  // namespace

std::string_view code(How how) {
    switch (how) {
        case How::homoglyph:
            return "phish.homoglyph_domain";
        case How::misspelt:
            return "phish.lookalike_domain";
        case How::contained:
            return "phish.brand_in_domain";
        case How::subdomain:
            return "phish.brand_in_subdomain";
        case How::path:
            return "phish.brand_in_path";
    }
    return "phish.lookalike_domain";
}

std::size_t edit_distance(std::string_view a, std::string_view b, std::size_t limit) {
    if (a.size() > b.size() + limit || b.size() > a.size() + limit) return limit + 1;
    std::vector<std::size_t> before(b.size() + 1), row(b.size() + 1), next(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        next[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            next[j] = std::min({row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                next[j] = std::min(next[j], before[j - 2] + 1);
        }
        before.swap(row);
        row.swap(next);
    }
    return row[b.size()];
}

std::optional<Alike> alike(const Rules& rules, const Url& url) {
    if (url.address || rules.brand_of(url.domain) != nullptr) return std::nullopt;
    const std::string_view label = domain_label(url.domain);
    const std::string_view sub = url.host.size() > url.domain.size()
                                     ? std::string_view(url.host).substr(0, url.host.size() - url.domain.size() - 1)
                                     : std::string_view();
    const std::vector<std::string_view> shown = base::split(url.shown_host, '.');
    const std::vector<std::string_view> labels = base::split(url.host, '.');
    const std::size_t own = sub.empty() ? 0 : base::split(sub, '.').size();
    const std::string_view shown_label = shown.size() == labels.size() && own < shown.size() ? shown[own] : label;
    std::optional<Alike> best;
    const auto better = [&](How how, const Brand& brand) {
        if (!best || static_cast<int>(how) < static_cast<int>(best->how)) best = Alike{how, &brand};
    };
    for (const Brand& brand : rules.brands) {
        for (const std::string& token : brand.tokens) {
            if (const auto how = label_alike(brand, token, label, shown_label)) better(*how, brand);
            if (!sub.empty() && token.size() >= 5)
                for (const std::string_view part : base::split(sub, '.')) {
                    const auto split = pieces(part);
                    if (std::find(split.begin(), split.end(), token) != split.end()) better(How::subdomain, brand);
                }
        }
        for (const std::string& domain : brand.domains) {
            if (domain.size() < 8) continue;
            const std::string path = base::ascii_lower(std::string_view(url.path).substr(0, url.path.find('?')));
            if (path.find("/" + domain) != std::string::npos || path.find("." + domain) != std::string::npos)
                better(How::path, brand);
        }
    }
    return best;
}

}  // namespace detect::lookalike
