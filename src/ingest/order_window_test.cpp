#include "ingest/order_window.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace ingest {
namespace {

using base::Time;

constexpr Time k_now = Time::from_unix_seconds(1'767'225'600);

TEST(LivePosition, BeginsADayBackAndReadsUpToNow) {
    LivePosition position;
    const auto query = next_query(position, k_now);
    EXPECT_EQ(query.updated_from, k_now - k_day - k_overlap);
    EXPECT_FALSE(query.updated_before);
    EXPECT_EQ(advance(position, {2, k_now - base::seconds(5)}, k_now), Step::round_done);
    EXPECT_EQ(position.since, k_now - base::seconds(5));
    EXPECT_EQ(next_query(position, k_now).updated_from, k_now - base::seconds(605));
}

TEST(LivePosition, TheNextPageBeginsAtTheNewestOrderOfThisOne) {
    LivePosition position;
    const auto first = next_query(position, k_now);
    EXPECT_EQ(advance(position, {100, k_now - base::seconds(9), true, "t1"}, k_now), Step::next_page);
    position = parse_live(to_json(position));
    const auto second = next_query(position, k_now + base::minutes(3));
    EXPECT_EQ(second.updated_from, k_now - base::seconds(9));
    EXPECT_EQ(second.updated_before, first.updated_before);
    EXPECT_EQ(second.page_token, "");
    EXPECT_EQ(advance(position, {50, k_now - base::seconds(7)}, k_now), Step::round_done);
    EXPECT_EQ(position.since, k_now - base::seconds(7));
}

TEST(LivePosition, TokensAreUsedInsideOneSecondAndWhereTheOrderIsNotAsAskedFor) {
    LivePosition position;
    const auto first = next_query(position, k_now);
    advance(position, {100, first.updated_from, true, "t1"}, k_now);
    EXPECT_EQ(next_query(position, k_now).page_token, "t1");
    EXPECT_EQ(next_query(position, k_now).updated_from, first.updated_from);
    advance(position, {100, k_now - base::seconds(9), false, "t2"}, k_now);
    EXPECT_EQ(next_query(position, k_now).page_token, "t2");
    advance(position, {100, k_now - base::seconds(8), true, "t3"}, k_now);
    EXPECT_EQ(next_query(position, k_now).page_token, "");
    EXPECT_EQ(next_query(position, k_now).updated_from, k_now - base::seconds(8));
    restart_window(position.window);
    EXPECT_EQ(next_query(position, k_now).updated_from, first.updated_from);
}

TEST(LivePosition, NothingSeenMovesNothing) {
    LivePosition position;
    position.since = k_now - base::hours(1);
    next_query(position, k_now);
    EXPECT_EQ(advance(position, {}, k_now), Step::round_done);
    EXPECT_EQ(position.since, k_now - base::hours(1));
}

TEST(LivePosition, ALongPauseIsReadInSteps) {
    LivePosition position;
    position.since = k_now - base::days(3);
    int windows = 0;
    Step step = Step::next_window;
    for (; step == Step::next_window; ++windows) {
        next_query(position, k_now);
        step = advance(position, {}, k_now);
    }
    EXPECT_EQ(step, Step::round_done);
    EXPECT_EQ(windows, 3);
}

TEST(LivePosition, AClockThatWasWrongHidesNothing) {
    LivePosition position;
    position.since = k_now + base::days(365);
    EXPECT_LT(next_query(position, k_now).updated_from, k_now);
    // An order's time beyond now does not move the position beyond now.
    position = {};
    next_query(position, k_now);
    advance(position, {1, k_now + base::days(30)}, k_now);
    EXPECT_EQ(position.since, k_now);
}

TEST(HistoryPosition, ReadsNinetyDaysTheNewestFirstAndEnds) {
    HistoryPosition position;
    std::vector<std::pair<Time, Time>> windows;
    Time now = k_now;
    for (;;) {
        const auto query = next_query(position, now);
        if (!query) break;
        windows.emplace_back(query->updated_from, query->updated_before);
        const Step step = advance(position, {5, query->updated_from});
        position = parse_history(to_json(position));
        now = now + base::seconds(7);
        if (step == Step::round_done) break;
        ASSERT_EQ(step, Step::next_window);
        ASSERT_LT(windows.size(), 200u);
    }
    EXPECT_TRUE(position.done());
    EXPECT_EQ(position.progress(), 1);
    EXPECT_EQ(windows.front().second, k_now);
    EXPECT_EQ(windows.back().first, k_now - k_history);
    for (std::size_t i = 1; i < windows.size(); ++i) EXPECT_EQ(windows[i].second, windows[i - 1].first);
    EXPECT_EQ(position.orders, static_cast<std::int64_t>(windows.size()) * 5);
    EXPECT_FALSE(next_query(position, now));
}

TEST(HistoryPosition, PagesOfAWindowGoOnAndTheNextWindowEndsWhereItBegan) {
    HistoryPosition position;
    const auto first = *next_query(position, k_now);
    EXPECT_EQ(advance(position, {100, k_now - base::hours(3), true, "t"}), Step::next_page);
    EXPECT_EQ(next_query(position, k_now)->updated_from, k_now - base::hours(3));
    EXPECT_EQ(advance(position, {40, k_now - base::hours(1)}), Step::next_window);
    const auto second = *next_query(position, k_now);
    EXPECT_EQ(second.updated_before, first.updated_from);
    // Not a quiet store: windows stay narrow.
    EXPECT_EQ(second.updated_before - second.updated_from, k_day);
    EXPECT_EQ(position.orders, 140);
}

TEST(Positions, DamagedTextBeginsAnew) {
    for (const char* text : {"", "[]", "{", R"({"since":"x","window":7})"}) {
        EXPECT_FALSE(parse_live(text).since);
        EXPECT_FALSE(parse_history(text).ceiling);
    }
}

// Orders change while they are read, pages come in any size, the process may stop after any page: in the end every
// order has been seen in its last state.
RC_GTEST_PROP(LivePosition, NoChangeIsMissed, ()) {
    struct Row {
        Time updated;
        int seen_version = -1;
        int version = 0;
    };
    std::vector<Row> rows(static_cast<std::size_t>(*rc::gen::inRange(1, 30)));
    Time now = k_now;
    // No two in one second: inside a second only the marketplace's token leads on.
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].updated = now - base::seconds(static_cast<std::int64_t>(i) * 10'000 + *rc::gen::inRange(0, 9'999));
    LivePosition position;
    position.since = now - base::days(6);
    const auto page_size = static_cast<std::size_t>(*rc::gen::inRange(2, 7));
    int quiet_rounds = 0;
    for (int i = 0; i < 2'000 && quiet_rounds < 2; ++i) {
        const bool changing = i < 60;
        if (changing && *rc::gen::inRange(0, 3) == 0) {
            Row& row = rows[static_cast<std::size_t>(*rc::gen::inRange<int>(0, static_cast<int>(rows.size())))];
            now = now + base::seconds(*rc::gen::inRange(1, 4'000));
            row.updated = now;
            ++row.version;
        }
        const auto query = next_query(position, now);
        std::vector<Row*> found;
        for (Row& row : rows)
            if (row.updated >= query.updated_from && (!query.updated_before || row.updated < query.updated_before))
                found.push_back(&row);
        std::ranges::sort(found, {}, [](const Row* row) { return row->updated; });
        const std::size_t offset = query.page_token.empty() ? 0 : std::stoul(query.page_token);
        PageFacts facts;
        for (std::size_t n = offset; n < found.size() && n < offset + page_size; ++n) {
            found[n]->seen_version = found[n]->version;
            facts.newest = std::max(facts.newest, found[n]->updated);
            ++facts.orders;
        }
        if (offset + page_size < found.size()) facts.next_page = std::to_string(offset + page_size);
        const Step step = advance(position, facts, now);
        if (*rc::gen::inRange(0, 4) == 0) position = parse_live(to_json(position));
        if (step == Step::round_done && !changing) ++quiet_rounds;
    }
    RC_ASSERT(quiet_rounds == 2);
    for (const Row& row : rows) RC_ASSERT(row.seen_version == row.version);
}

}  // namespace
}  // namespace ingest
