#include "team/throttle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace team {
namespace {

const base::Time k_now = base::Time::from_unix_seconds(1'767'225'600);

TEST(Throttle, DelaysDoubleFromOneSecondToFifteenMinutes) {
    for (int failures = 0; failures < 5; ++failures) EXPECT_EQ(delay_after(failures), base::seconds(0));
    std::int64_t expected = 1;
    for (int failures = 5; failures < 15; ++failures, expected *= 2)
        EXPECT_EQ(delay_after(failures), base::seconds(expected)) << failures;
    EXPECT_EQ(delay_after(14), base::seconds(512));
    for (int failures = 15; failures < 200; ++failures) EXPECT_EQ(delay_after(failures), base::minutes(15)) << failures;
}

TEST(Throttle, AHundredFailuresLockForGood) {
    EXPECT_FALSE(account_obstacle(99, k_now - base::minutes(15), k_now));
    EXPECT_TRUE(account_obstacle(100, k_now - base::minutes(15), k_now).locked);
    EXPECT_TRUE(account_obstacle(100, k_now - base::days(365), k_now).locked);
}

TEST(Throttle, SourceHasFiftyAnHour) {
    EXPECT_FALSE(source_obstacle(49, k_now, k_now));
    EXPECT_EQ(source_obstacle(50, k_now - base::minutes(20), k_now).wait, base::minutes(40));
    EXPECT_FALSE(source_obstacle(50, k_now - base::hours(1), k_now));
}

TEST(Throttle, NetworksAreCutAt24And64Bits) {
    EXPECT_EQ(source_network("192.0.2.1"), source_network("192.0.2.254"));
    EXPECT_NE(source_network("192.0.2.1"), source_network("192.0.3.1"));
    EXPECT_EQ(source_network("::ffff:192.0.2.9"), source_network("192.0.2.1"));
    EXPECT_EQ(source_network("2001:db8:1:2::1"), source_network("2001:db8:1:2:ffff::9"));
    EXPECT_NE(source_network("2001:db8:1:2::1"), source_network("2001:db8:1:3::1"));
    EXPECT_NE(source_network("192.0.2.1"), source_network("unix"));
    EXPECT_EQ(source_network("unix"), "?/unix");
}

RC_GTEST_PROP(ThrottleLaws, DelayNeverShrinksAndWaitNeverExceedsIt, (std::uint16_t n, std::int32_t elapsed_ms)) {
    const std::int64_t failures = n;
    RC_ASSERT(delay_after(failures) <= delay_after(failures + 1));
    const Obstacle obstacle = account_obstacle(failures, k_now - base::milliseconds(elapsed_ms), k_now);
    RC_ASSERT(obstacle.wait <= delay_after(failures));
    RC_ASSERT(obstacle.locked == (failures >= k_most_failures));
    if (!obstacle.locked && elapsed_ms >= delay_after(failures).ms) RC_ASSERT(!obstacle);
}

// Whoever always guesses as soon as it is allowed: how long the hundred guesses of the hard stop take.
TEST(Throttle, AHundredGuessesTakeMostOfADay) {
    base::Time at = k_now;
    std::int64_t checked = 0;
    for (std::int64_t failures = 0; !account_obstacle(failures, at, at + delay_after(failures)).locked; ++failures) {
        at = at + delay_after(failures);
        ++checked;
    }
    EXPECT_EQ(checked, 100);
    EXPECT_GE(at - k_now, base::hours(21));
}

}  // namespace
}  // namespace team
