// Fits rules/weights.json, models/wording.json and the scales that rules/scoring.json needs (printed): what each small
// sign of a message is worth.
//
//   train_messages [--rules DIR] [--cases FILE]... [--held FILE]... --data FILE --out DIR
//
// --data: labelled messages, one JSON object a line (id, source, label, lang, channel, subject, from, reply_to, urls,
// text). --cases: messages written for the project, same form or that of the detectors' cases. --held: measured, never
// fitted. Everything is deterministic: same files, same weights.
//
// What is fitted: for each kind of message (mail, brief) a logistic regression (liblinear, L2) over the signs and one
// number, the points of all other reasons. A sign that speaks against what its name says is left out and the rest is
// fitted again. The scale is then moved so that at most --false-alarms of the good messages score 0.5 when judged by
// weights that were fitted without them (five folds).
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "base/encoding.h"
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "detect/engine.h"
#include "detect/normal.h"
#include "linear_fit.h"

namespace {

using namespace detect;

constexpr int k_points_feature = static_cast<int>(k_sign_bits);
constexpr int k_feature_count = k_points_feature + 1;
constexpr double k_points_scale = 2.0;  // Points are fitted as points / 2, so that the penalty binds them less.
constexpr int k_folds = 5;
constexpr double k_middle = 4;  // Points of score 0.5 (rules/scoring.json).

struct Row {
    std::string id, source, lang, channel;
    Kind kind = Kind::brief;
    bool bad = false, own = false, held = false;
    std::vector<fitting::Node> nodes;
    double score = 0;                   // Out of fold, in logits.
    std::vector<fitting::Node> pieces;  // Of the wording, for SMS and talk.
    double points = 0, signs = 0;       // Of all other reasons; out of fold, of the signs with the constant.
    double apart = 0;                   // By weights fitted without its source.
};

// Signs that can only speak for a scam, and those that can only speak against one: a fit that turns them round has
// found something about the data and nothing about scams.
const std::set<std::string> k_only_against = {
    "polite_notice", "in_center",       "gives_code",       "as_agreed",     "warns",
    "never",         "official_links",  "official_sender",  "known_order",   "member",
    "quotes",        "links_of_sender", "sender_in_domain", "subject_reply", "links_some_of_sender",
    "brand_link",    "@brand_link",     "@order",           "has_question",  "wording_far",
    "ordinary_talk", "small_print",     "service_notice",   "news_talk",     "invoice"};
const std::set<std::string> k_either = {
    "account",   "review",     "review_low", "review_five",    "staff",      "parcel",
    "pay",       "channel",    "@code",      "@phone",         "@amount",    "@link",
    "@brand",    "@platform",  "invoice",    "order",          "link",       "phone",
    "email",     "sms",        "chat",       "call",           "short_text", "long_text",
    "tiny_text", "attachment", "list_mail",  "if_not",         "many",       "as_before",
    "cost",      "upfront",    "greeting",   "subject_number", "enter",      "competitor",
    "document",  "task",       "or_else",    "outside",        "appeal",     "fee"};
// Facts of how the data were collected: never used.
const std::set<std::string> k_unused = {"email", "sms", "wording_far", "low_review", "known_order", "member"};

std::string bare(const std::string& name) {
    return name.substr(name.find(':') + 1);
}

base::Result<std::vector<std::string>> lines_of(const std::string& path) {
    const std::string content = TRY(base::read_file(path, 1u << 30));
    std::vector<std::string> lines;
    for (const std::string_view line : base::split(content, '\n'))
        if (!base::trim(line).empty()) lines.emplace_back(line);
    return lines;
}

class Data {
  public:
    Data(const Engine& engine, std::vector<Row>& rows) : engine_(engine), rows_(rows) {}

    base::Result<void> add(const std::string& path, bool own, bool held) {
        for (const std::string& line : TRY(lines_of(path))) {
            const auto document = base::JsonDocument::parse(line);
            if (!document) return base::fail(base::Code::invalid_input, path + ": a line is no JSON");
            add_line(document->root(), own, held);
        }
        return {};
    }

  private:
    void add_line(const base::Json& root, bool own, bool held) {
        // Sources that may only be measured, and bare domains, whose signs are the detectors' own.
        static const std::set<std::string> k_measured_only = {"wordpress-mail", "scam-domains", "debian-homepages"};
        Row row;
        const bool is_case = root["given"].is_object();
        const base::Json given = is_case ? root["given"] : root;
        row.source = own ? "own" : root["source"].string_or();
        const std::string label = root["label"].string_or();
        if (label == "spam" || k_measured_only.contains(row.source)) return;
        row.bad = is_case ? !root["expect"].items().empty() : label != "ham";
        row.id = is_case ? root["name"].string_or() : root["id"].string_or();
        row.lang = root["lang"].string_or();
        row.channel = given["channel"].string_or("chat");
        row.own = own;
        row.held = held;
        const std::string text = given[is_case ? "message" : "text"].string_or(),
                          subject = given["subject"].string_or(), from = given["from"].string_or(),
                          reply_to = given["reply_to"].string_or();
        MessageFields fields{subject, text, from, reply_to, {}};
        for (const base::Json& url : given["urls"].items())
            fields.urls.push_back(std::string(url.string().value_or("")));
        model::Features features = features_of_fields(fields);
        for (const base::Json& link : given["links"].items())
            features.links.push_back(
                {"text", 0, 0, link["url"].string_or(), link["label"].string_or(), link["kind"].string_or("href")});
        for (const base::Json& attachment : given["attachments"].items()) {
            const std::string file(attachment.string().value_or(""));
            features.attachments.push_back({file, "", 1, base::ascii_lower(file.substr(file.rfind('.') + 1))});
        }
        // Cases about what only the store knows are no cases about the text.
        if (is_case && (given["member"].present() || given["auth"].present() || given["orders"].present() ||
                        given["reviews"].present()))
            return;
        MessageView view;
        view.channel = parse_channel(row.channel).value_or(Channel::chat);
        view.lang = row.lang;
        view.features = &features;
        row.kind = kind_of(view.channel);
        if (row.kind == Kind::link) return;
        const Evidence evidence = engine_.evidence(view);
        for (std::size_t i = evidence.signs._Find_first(); i < evidence.signs.size(); i = evidence.signs._Find_next(i))
            row.nodes.push_back({static_cast<int>(i) + 1, 1});
        row.points = evidence.points;
        if (row.kind != Kind::mail) {
            const std::vector<std::uint32_t> pieces = wording_pieces(normalise(text).text);
            for (const std::uint32_t piece : pieces)
                row.pieces.push_back({static_cast<int>(piece) + 1, 1 / std::sqrt(static_cast<double>(pieces.size()))});
        }
        row.nodes.push_back({k_points_feature + 1, std::clamp(evidence.points, -8.0, 16.0) / k_points_scale});
        rows_.push_back(std::move(row));
    }

    const Engine& engine_;
    std::vector<Row>& rows_;
};

using Weights = std::vector<double>;  // One for each feature, and the bias.

class Fitter {
  public:
    Fitter(const Rules& rules, double cost, int own_times, bool wording)
        : cost_(cost), own_times_(own_times), wording_(wording) {
        for (std::size_t i = 0; i < k_sign_bits; ++i) names_.push_back(sign_name(rules, i));
        names_.emplace_back("points");
    }

    Weights fit(const std::vector<const Row*>& rows) const {
        std::vector<int> seen(static_cast<std::size_t>(k_feature_count), 0);
        for (const Row* row : rows)
            for (const fitting::Node& node : row->nodes) ++seen[static_cast<std::size_t>(node.index) - 1];
        std::vector<bool> used(seen.size());
        for (std::size_t i = 0; i < seen.size(); ++i)
            used[i] = seen[i] >= 5 && !names_[i].empty() && !k_unused.contains(bare(names_[i])) &&
                      (wording_ || !bare(names_[i]).starts_with("wording_"));
        Weights weights;
        for (int round = 0; round < 6; ++round) {
            weights = fit_used(rows, used);
            bool changed = false;
            for (std::size_t i = 0; i < used.size(); ++i) {
                if (!used[i] || weights[i] == 0) continue;
                const std::string name = bare(names_[i]);
                const bool wrong = k_only_against.contains(name) ? weights[i] > 0
                                   : k_either.contains(name)     ? false
                                                                 : weights[i] < 0;
                if (wrong) {
                    used[i] = false;
                    changed = true;
                }
            }
            if (!changed) break;
        }
        for (std::size_t i = 0; i < used.size(); ++i)
            if (!used[i]) weights[i] = 0;
        return weights;
    }

    static double score(const Weights& weights, const Row& row) {
        double sum = weights.back();
        for (const fitting::Node& node : row.nodes)
            sum += weights[static_cast<std::size_t>(node.index) - 1] * node.value;
        return sum;
    }
    // Sets the logits, and in points what of them the signs give.
    static void judge(const Weights& weights, Row& row) {
        row.score = score(weights, row);
        const double per_point = weights[k_points_feature] / k_points_scale;
        row.signs = row.score / per_point - std::clamp(row.points, -8.0, 16.0);
    }
    const std::string& name(std::size_t i) const { return names_[i]; }

  private:
    Weights fit_used(const std::vector<const Row*>& rows, const std::vector<bool>& used) const {
        std::vector<std::vector<fitting::Node>> vectors;
        std::vector<bool> bad;
        std::vector<int> times;
        vectors.reserve(rows.size());
        for (const Row* row : rows) {
            std::vector<fitting::Node> nodes;
            for (const fitting::Node& node : row->nodes)
                if (used[static_cast<std::size_t>(node.index) - 1]) nodes.push_back(node);
            vectors.push_back(std::move(nodes));
            bad.push_back(row->bad);
            times.push_back(row->own ? own_times_ : 1);
        }
        return fitting::logistic(vectors, bad, times, k_feature_count, cost_);
    }

    double cost_;
    int own_times_;
    bool wording_;  // Whether the wording model counts.
    std::vector<std::string> names_;
};

// The wording model may be fitted only on texts whose terms let what is derived from them be passed on.
bool may_ship(const Row& row) {
    return !row.held && (row.own || row.source == "uci-sms" || row.source == "ph-sms" || row.source == "th-sms");
}

std::vector<double> fit_wording(const std::vector<const Row*>& rows, double cost) {
    std::vector<std::vector<fitting::Node>> vectors;
    std::vector<bool> bad;
    std::vector<int> times;
    for (const Row* row : rows) {
        vectors.push_back(row->pieces);
        bad.push_back(row->bad);
        times.push_back(row->own ? 2 : 1);
    }
    return fitting::logistic(vectors, bad, times, static_cast<int>(k_wording_buckets), cost);
}

// Sets the bits of the wording, by a model that has not seen the row; writes the model fitted on all.
void set_wording(std::vector<Row>& rows, double cost, const std::string& path) {
    const auto fold = [](const Row& row) { return static_cast<int>(std::hash<std::string>{}(row.id) % k_folds); };
    const auto fit_without = [&](int left) {
        std::vector<const Row*> taken;
        for (const Row& row : rows)
            if (row.kind != Kind::mail && may_ship(row) && (left < 0 || fold(row) != left)) taken.push_back(&row);
        return fit_wording(taken, cost);
    };
    const auto set_bits = [&](Row& row, const std::vector<double>& weights) {
        const int first = static_cast<int>(k_form_bits + static_cast<std::size_t>(Form::wording_near)) + 1;
        std::erase_if(row.nodes,
                      [&](const fitting::Node& node) { return node.index >= first && node.index < first + 3; });
        if (row.pieces.size() < 12) return;
        double logit = weights.back();
        for (const fitting::Node& piece : row.pieces)
            logit += weights[static_cast<std::size_t>(piece.index) - 1] * piece.value;
        const double near = 1 / (1 + std::exp(-logit));
        const std::array<bool, 3> bits = {near > 0.5, near > 0.9, near < 0.05};
        std::vector<fitting::Node> nodes;
        for (int k = 0; k < 3; ++k)
            if (bits[static_cast<std::size_t>(k)]) nodes.push_back({first + k, 1});
        row.nodes.insert(row.nodes.end() - 1, nodes.begin(), nodes.end());  // Before the points, in rising order.
    };
    const std::vector<double> all = fit_without(-1);
    for (Row& row : rows)
        if (row.kind != Kind::mail && !may_ship(row)) set_bits(row, all);
    for (int k = 0; k < k_folds; ++k) {
        const std::vector<double> weights = fit_without(k);
        for (Row& row : rows)
            if (row.kind != Kind::mail && may_ship(row) && fold(row) == k) set_bits(row, weights);
    }
    if (path.empty()) return;
    double most = 0;
    for (std::size_t i = 0; i + 1 < all.size(); ++i) most = std::max(most, std::abs(all[i]));
    std::string bytes;
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
        bytes += static_cast<char>(static_cast<std::int8_t>(std::lround(all[i] / most * 127)));
    std::ofstream(path)
        << "{\"about\": \"How much short texts resemble scams; models/wording.md is its card.\", \"scale\": "
        << most / 127 << ", \"bias\": " << all.back() << ",\n \"weights\": \"" << base::base64(bytes) << "\"}\n";
}

double cut_at(std::vector<double> good, double share) {
    if (good.empty()) return 0;
    std::sort(good.begin(), good.end(), std::greater<>());
    const auto k = static_cast<std::size_t>(share * static_cast<double>(good.size()) + 1e-9);
    return good[std::min(k, good.size() - 1)];
}

double above(const std::vector<double>& scores, double cut) {
    if (scores.empty()) return 0;
    return static_cast<double>(std::count_if(scores.begin(), scores.end(), [&](double s) { return s > cut; })) /
           static_cast<double>(scores.size());
}

// Recall at 1 % and 0.1 % of the good messages of the kind, by source and language.
void report(const char* title, const std::vector<Row*>& rows, double (*score)(const Row&)) {
    std::vector<double> good;
    std::map<std::string, std::pair<std::vector<double>, std::vector<double>>> groups;
    for (const Row* row : rows) {
        if (row->own || row->held) continue;
        if (!row->bad) good.push_back(score(*row));
        for (const std::string& name : {std::string("all"), row->source + "/" + row->lang}) {
            auto& [bad_scores, good_scores] = groups[name];
            (row->bad ? bad_scores : good_scores).push_back(score(*row));
        }
    }
    const double one = cut_at(good, 0.01), tenth = cut_at(good, 0.001);
    std::printf("%s (cut at 1 %%: %.2f)\n", title, one);
    for (const auto& [name, scores] : groups)
        if (scores.first.size() + scores.second.size() >= 40)
            std::printf("  %-24s bad %5zu good %5zu  R@.1%% %.4f  R@1%% %.4f  good above 1%% cut %.4f\n", name.c_str(),
                        scores.first.size(), scores.second.size(), above(scores.first, tenth), above(scores.first, one),
                        above(scores.second, one));
}

void report_own(const std::vector<Row*>& rows, bool held, double (*score)(const Row&)) {
    std::map<std::string, std::array<int, 4>> groups;
    for (const Row* row : rows) {
        if (!row->own || row->held != held) continue;
        auto& g = groups[row->lang];
        ++g[row->bad ? 0 : 2];
        const bool flagged = score(*row) >= 0;
        if (flagged) ++g[row->bad ? 1 : 3];
        if (flagged != row->bad)
            std::printf("    %s %5.2f %s %s\n", row->bad ? "missed" : "FLAGGED", score(*row), row->lang.c_str(),
                        row->id.c_str());
    }
    for (const auto& [lang, g] : groups)
        std::printf("  %-6s %s scams found %d of %d, genuine flagged %d of %d\n", lang.c_str(),
                    held ? "held-out" : "cases", g[1], g[0], g[3], g[2]);
}

struct Options {
    std::string rules, data, out;
    std::vector<std::string> cases, held;
    double false_alarms = 0.007, cost = 0.6, least = -3, talk_least = -0.7, wording_cost = 8;
    int own_times = 12, talk_times = 40;
};

int run(const Options& options) {
    auto files =
        options.rules.empty() ? base::Result<RuleFiles>(built_in_rule_files()) : rule_files_with(options.rules);
    if (!files) return std::fprintf(stderr, "%s\n", files.error().what.c_str()), 1;
    const auto engine = Engine::make(*files, "");
    if (!engine) return std::fprintf(stderr, "%s\n", engine.error().what.c_str()), 1;
    std::vector<Row> rows;
    Data data(**engine, rows);
    const auto add = [&](const std::string& path, bool own, bool held) {
        const auto added = data.add(path, own, held);
        if (!added) std::fprintf(stderr, "%s\n", added.error().what.c_str());
        return added.has_value();
    };
    if (!add(options.data, false, false)) return 1;
    for (const std::string& path : options.cases)
        if (!add(path, true, false)) return 1;
    for (const std::string& path : options.held)
        if (!add(path, true, true)) return 1;
    std::printf("%zu messages read\n", rows.size());

    set_wording(rows, options.wording_cost, options.out.empty() ? std::string() : options.out + "/wording.json");
    std::string weights_text =
        "{\n \"about\": \"What each sign is worth in points, by kind of message. Set by tools/train; "
        "docs/measurements/messages.md tells on what and how well.\"";
    for (const Kind kind : {Kind::mail, Kind::brief, Kind::talk}) {
        // Chat and call notes are fitted together with SMS, and our own cases count more: there are labelled SMS, and
        // only cases of our own of the others.
        const Fitter fitter((*engine)->rules(), options.cost,
                            kind == Kind::talk ? options.talk_times : options.own_times, kind == Kind::brief);
        const auto measured = [&](const Row& row) {
            return kind == Kind::mail || (row.channel == "chat" || row.channel == "call") == (kind == Kind::talk);
        };
        std::vector<Row*> of_kind;
        for (Row& row : rows)
            if ((row.kind == Kind::mail) == (kind == Kind::mail)) of_kind.push_back(&row);
        const auto fit_if = [&](auto&& take) {
            std::vector<const Row*> taken;
            for (const Row* row : of_kind)
                if (!row->held && take(*row)) taken.push_back(row);
            return fitter.fit(taken);
        };
        const auto fold = [](const Row& row) { return static_cast<int>(std::hash<std::string>{}(row.id) % k_folds); };
        for (int k = 0; k < k_folds; ++k) {
            const Weights weights = fit_if([&](const Row& row) { return fold(row) != k; });
            for (Row* row : of_kind)
                if (fold(*row) == k) Fitter::judge(weights, *row);
        }
        // Mail has one source of each class: languages are left out instead, English with its own half.
        std::set<std::string> apart;
        const auto group = [&](const Row& row) {
            return kind == Kind::mail && row.bad ? row.source + row.lang : row.source;
        };
        for (const Row* row : of_kind)
            if (!row->own) apart.insert(group(*row));
        for (Row* row : of_kind) row->apart = row->score;
        for (const std::string& left : apart) {
            if (kind == Kind::talk || left.starts_with("spamassassin")) continue;
            const Weights weights = fit_if([&](const Row& row) { return group(row) != left || row.own; });
            for (Row* row : of_kind)
                if (group(*row) == left && !row->own) row->apart = Fitter::score(weights, *row);
        }
        std::printf("== %s\n", std::string(name(kind)).c_str());
        if (kind != Kind::talk) {
            report("five folds", of_kind, [](const Row& row) { return row.score; });
            report("without its source (mail: language)", of_kind, [](const Row& row) { return row.apart; });
        }
        const Weights weights = fit_if([](const Row&) { return true; });
        std::erase_if(of_kind, [&](const Row* row) { return !measured(*row); });
        for (Row* row : of_kind)
            if (row->held) Fitter::judge(weights, *row);
        // The constant: as high as the false alarms allow.
        const double least = kind == Kind::talk ? options.talk_least : options.least;
        const auto points = [&](const Row& row, double start) {
            return row.points + std::max(row.signs + start, least);
        };
        std::vector<const Row*> good_rows;
        for (const Row* row : of_kind)
            if (!row->bad && (!row->own || kind == Kind::talk) && !row->held) good_rows.push_back(row);
        double start = 12;
        const auto false_alarms = [&] {
            const auto flagged = std::count_if(good_rows.begin(), good_rows.end(),
                                               [&](const Row* row) { return points(*row, start) >= k_middle; });
            return static_cast<double>(flagged) / static_cast<double>(good_rows.size());
        };
        while (start > -12 && false_alarms() > options.false_alarms) start -= 0.02;
        if (kind == Kind::talk) start -= 0.3;  // Few genuine talks stand behind the figure: a little room.
        for (Row* row : of_kind) row->score = points(*row, start) - k_middle;
        report("bounded, five folds", of_kind, [](const Row& row) { return row.score; });
        report_own(of_kind, false, [](const Row& row) { return row.score; });
        report_own(of_kind, true, [](const Row& row) { return row.score; });
        const double per_point = weights[k_points_feature] / k_points_scale;
        std::printf("\"%s\": {\"middle\": %.1f, \"slope\": %.3f} false alarms %.4f\n", std::string(name(kind)).c_str(),
                    k_middle, 1 / per_point, false_alarms());
        char head[120];
        std::snprintf(head, sizeof head, "{\n  \"start\": %.2f, \"least\": %.2f,\n  \"signs\": {",
                      start + weights.back() / per_point, least);
        std::string list = head;
        std::vector<std::size_t> order(k_sign_bits);
        std::iota(order.begin(), order.end(), 0);
        std::stable_sort(order.begin(), order.end(),
                         [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
        bool first = true;
        for (const std::size_t i : order) {
            const double rounded = std::round(weights[i] / per_point * 100) / 100;
            if (rounded == 0) continue;
            char text[160];
            std::snprintf(text, sizeof text, "%s\n   \"%s\": %.2f", first ? "" : ",", fitter.name(i).c_str(), rounded);
            list += text;
            first = false;
        }
        list += "\n  }\n }";
        weights_text += ",\n \"" + std::string(name(kind)) + "\": " + list;
    }
    weights_text += ",\n \"link\": {\"start\": 0, \"least\": 0, \"signs\": {}}\n}\n";
    if (!options.out.empty()) {
        std::ofstream(options.out + "/weights.json") << weights_text;
        std::ofstream scores(options.out + "/scores.tsv");
        for (const Row& row : rows)
            scores << row.id << '\t' << row.bad << '\t' << row.score << '\t' << row.apart << '\n';
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    Options options;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string key = argv[i], value = argv[i + 1];
        if (key == "--rules")
            options.rules = value;
        else if (key == "--data")
            options.data = value;
        else if (key == "--cases")
            options.cases.push_back(value);
        else if (key == "--held")
            options.held.push_back(value);
        else if (key == "--out")
            options.out = value;
        else if (key == "--false-alarms")
            options.false_alarms = std::stod(value);
        else if (key == "--cost")
            options.cost = std::stod(value);
        else if (key == "--wording-cost")
            options.wording_cost = std::stod(value);
        else if (key == "--least")
            options.least = std::stod(value);
        else if (key == "--talk-least")
            options.talk_least = std::stod(value);
        else if (key == "--own-times")
            options.own_times = std::stoi(value);
        else if (key == "--talk-times")
            options.talk_times = std::stoi(value);
        else
            return std::fprintf(stderr, "train_messages: unknown option %s\n", key.c_str()), 2;
    }
    if (options.data.empty()) return std::fprintf(stderr, "train_messages: --data is missing\n"), 2;
    return run(options);
}
