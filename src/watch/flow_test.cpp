// Runs every file of tests/flows: given messages, expect findings and alerts. tests/flows/README.md has the format.
#include <gmock/gmock.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <functional>
#include <set>
#include <tuple>

#include "base/text.h"
#include "watch/test_bench.h"

namespace watch {
namespace {

// Day 1, 00:00 of every flow.
constexpr base::Time k_day_1 = base::Time::from_unix_seconds(1'780'272'000);

struct Line {
    std::string store, conversation, text;
    model::SenderRole sender = model::SenderRole::buyer;
    base::Time sent_at;
};
struct Expected {
    std::string store, conversation, category;
    model::Severity least = model::Severity::none;
    std::int64_t count = 1;  // Of an alert.
    std::string reason;      // Of a finding; empty: any.
};
struct Flow {
    std::vector<Line> said;
    std::vector<Expected> findings, alerts;
    bool nothing = false;
};

std::vector<std::string> columns(std::string_view text) {
    std::vector<std::string> out;
    for (;;) {
        const auto bar = text.find('|');
        out.emplace_back(base::trim(text.substr(0, bar)));
        if (bar == std::string_view::npos) return out;
        text.remove_prefix(bar + 1);
    }
}

std::optional<int> number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

// "day 2 09:30"
std::optional<base::Time> moment(std::string_view text) {
    if (!text.starts_with("day ")) return std::nullopt;
    text.remove_prefix(4);
    const auto space = text.find(' ');
    const auto colon = text.find(':');
    if (space == std::string_view::npos || colon == std::string_view::npos || colon < space) return std::nullopt;
    const auto day = number(text.substr(0, space));
    const auto hour = number(text.substr(space + 1, colon - space - 1));
    const auto minute = number(text.substr(colon + 1));
    if (!day || !hour || !minute || *day < 1 || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59)
        return std::nullopt;
    return k_day_1 + base::days(*day - 1) + base::hours(*hour) + base::minutes(*minute);
}

std::optional<model::SenderRole> sender(std::string_view text) {
    using enum model::SenderRole;
    for (const model::SenderRole role : {buyer, shop, agent, system, robot, unknown})
        if (text == model::name(role)) return role;
    return std::nullopt;
}

// What is wrong with the line; empty: nothing.
std::string read_line(std::string_view text, Flow& flow) {
    const auto colon = text.find(':');
    const std::string_view what = base::trim(text.substr(0, colon));
    if (what == "nothing" && colon == std::string_view::npos) {
        flow.nothing = true;
        return {};
    }
    if (colon == std::string_view::npos) return "no colon";
    const auto cells = columns(text.substr(colon + 1));
    if (std::ranges::any_of(cells, &std::string::empty)) return "an empty column";
    if (what == "said") {
        if (cells.size() != 5) return "said needs: moment | store | chat | who | text";
        const auto at = moment(cells[0]);
        const auto who = sender(cells[3]);
        if (!at) return "no moment like \"day 1 09:30\": " + cells[0];
        if (!who) return "nobody known: " + cells[3];
        flow.said.push_back({cells[1], cells[2], cells[4], *who, *at});
        return {};
    }
    const bool alert = what == "alert";
    if (!alert && what != "finding") return "no line begins with \"" + std::string(what) + "\"";
    if (cells.size() < 4 || cells.size() > 5) return "needs: store | chat | category | severity | …";
    if (!model::parse_category(cells[2])) return "no category: " + cells[2];
    const auto severity = model::parse_severity(cells[3]);
    if (!severity) return "no severity: " + cells[3];
    Expected expected{cells[0], cells[1], cells[2], *severity, 1, ""};
    if (alert && cells.size() == 5) {
        const auto count = number(cells[4]);
        if (!count || *count < 1) return "no number: " + cells[4];
        expected.count = *count;
    } else if (cells.size() == 5) {
        if (!test::engine().rules().reasons.contains(cells[4])) return "no reason: " + cells[4];
        expected.reason = cells[4];
    }
    (alert ? flow.alerts : flow.findings).push_back(std::move(expected));
    return {};
}

Flow read_flow(const std::string& path) {
    Flow flow;
    std::ifstream file(path);
    EXPECT_TRUE(file) << path;
    std::string line;
    for (int n = 1; std::getline(file, line); ++n) {
        const std::string_view text = base::trim(line);
        if (text.empty() || text.starts_with('#')) continue;
        const std::string wrong = read_line(text, flow);
        EXPECT_EQ(wrong, "") << path << ":" << n << ": " << line;
    }
    EXPECT_FALSE(flow.said.empty()) << "a flow needs at least one \"said\" line";
    EXPECT_NE(flow.nothing, !flow.findings.empty() || !flow.alerts.empty())
        << "a flow expects findings and alerts, or \"nothing\"";
    return flow;
}

// Something that was found, in the words of a flow.
struct Seen {
    std::string conversation, category;
    model::Severity severity = model::Severity::none;
    std::int64_t count = 1;
    std::set<std::string> reasons;
};

Seen seen(const model::Finding& f) {
    Seen out{f.identity.substr(f.identity.rfind('/') + 1), std::string(model::name(f.category)), f.severity, 1, {}};
    for (const model::Reason& reason : f.reasons) out.reasons.insert(reason.code);
    return out;
}
Seen seen(const model::Alert& a) {
    return {
        a.identity.substr(a.identity.rfind('/') + 1), std::string(model::name(a.category)), a.severity, a.count, {}};
}

std::string text_of(const Seen& s) {
    std::string text = s.conversation + " | " + s.category + " | " + std::string(model::name(s.severity)) + " | " +
                       std::to_string(s.count) + " |";
    for (const std::string& reason : s.reasons) text += " " + reason;
    return text;
}

// Each expected one is there once, and nothing else is.
void compare(const std::string& what, const std::string& store, const std::vector<Expected>& all,
             std::vector<Seen> found) {
    std::string list;
    for (const Seen& s : found) list += "\n  " + text_of(s);
    for (const Expected& e : all) {
        if (e.store != store) continue;
        const auto it = std::ranges::find_if(found, [&](const Seen& s) {
            return s.conversation == e.conversation && s.category == e.category && s.severity >= e.least &&
                   s.count == e.count && (e.reason.empty() || s.reasons.contains(e.reason));
        });
        if (it != found.end()) {
            found.erase(it);
            continue;
        }
        ADD_FAILURE() << "missing " << what << ": " << e.store << " | " << e.conversation << " | " << e.category
                      << " | " << model::name(e.least) << " | " << e.count << " " << e.reason
                      << "\nthere were:" << list;
    }
    for (const Seen& s : found) ADD_FAILURE() << "nobody expects this " << what << ": " << store << " | " << text_of(s);
}

std::vector<std::string> flow_files() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(STALLWARD_SOURCE_DIR "/tests/flows"))
        if (entry.path().extension() == ".flow") names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

class FlowTest : public testing::TestWithParam<std::tuple<db::test::Backend, std::string>> {
  protected:
    static void TearDownTestSuite() { benches().clear(); }
    // One database of each kind for all flows: each brings stores of its own.
    static test::Bench& bench() {
        auto& made = benches()[std::get<0>(GetParam())];
        if (!made) made = std::make_unique<test::Bench>(std::get<0>(GetParam()));
        return *made;
    }
    void play(const Flow& flow, bool one_by_one) {
        const std::string name = std::get<1>(GetParam()) + (one_by_one ? " one by one " : " all at once ");
        std::map<std::string, model::StoreId> stores;
        for (const auto* lines : {&flow.findings, &flow.alerts})
            for (const Expected& e : *lines) stores[e.store];
        for (const Line& line : flow.said) stores[line.store];
        for (auto& [store, id] : stores) id = bench().add_store(name + store);
        Watch watch(*bench().database, test::judge);
        for (const Line& line : flow.said) {
            bench().say({stores[line.store], line.conversation, line.text, line.sender, line.sent_at});
            if (one_by_one) bench().run(watch);
        }
        bench().run(watch);
        for (const auto& [store, id] : stores) {
            SCOPED_TRACE(name + store);
            std::vector<Seen> findings, alerts;
            for (const model::Finding& f : bench().findings(id)) findings.push_back(seen(f));
            for (const model::Alert& a : bench().alerts(id)) alerts.push_back(seen(a));
            compare("finding", store, flow.findings, std::move(findings));
            compare("alert", store, flow.alerts, std::move(alerts));
        }
    }

  private:
    static std::map<db::test::Backend, std::unique_ptr<test::Bench>>& benches() {
        static std::map<db::test::Backend, std::unique_ptr<test::Bench>> all;
        return all;
    }
};

// Also when the consumer was away and finds everything at once.
TEST_P(FlowTest, GivesWhatTheFileExpects) {
    const Flow flow = read_flow(STALLWARD_SOURCE_DIR "/tests/flows/" + std::get<1>(GetParam()) + ".flow");
    if (HasFailure()) return;
    play(flow, true);
    play(flow, false);
}

std::string test_name(const testing::TestParamInfo<FlowTest::ParamType>& info) {
    std::string name = db::test::backend_name({std::get<0>(info.param), 0}) + "_" + std::get<1>(info.param);
    std::ranges::replace(name, '-', '_');
    return name;
}

INSTANTIATE_TEST_SUITE_P(, FlowTest,
                         testing::Combine(testing::ValuesIn(db::test::backends()), testing::ValuesIn(flow_files())),
                         test_name);

// A mistake in a file is said with its place, never skipped.
TEST(FlowFormat, MistakesAreSaid) {
    const auto wrong = [](std::string_view line) {
        Flow flow;
        return read_line(line, flow);
    };
    EXPECT_EQ(wrong("said: day 1 09:00 | Shop | Anna | buyer | hello"), "");
    EXPECT_EQ(wrong("finding: Shop | Anna | phishing | high"), "");
    EXPECT_EQ(wrong("alert: Shop | Anna | phishing | high | 2"), "");
    EXPECT_EQ(wrong("nothing"), "");
    for (const std::string_view line :
         {"said: 09:00 | Shop | Anna | buyer | hello", "said: day 0 09:00 | Shop | Anna | buyer | hello",
          "said: day 1 24:00 | Shop | Anna | buyer | hello", "said: day 1 09:00 | Shop | Anna | thief | hello",
          "said: day 1 09:00 | Shop | Anna | buyer", "said: day 1 09:00 | Shop |  | buyer | hello", "heard: a", "hello",
          "finding: Shop | Anna | theft | high", "finding: Shop | Anna | phishing | bad", "finding: Shop | Anna",
          "finding: Shop | Anna | phishing | high | no.such", "alert: Shop | Anna | phishing | high | many"})
        EXPECT_NE(wrong(line), "") << line;
}

}  // namespace
}  // namespace watch
