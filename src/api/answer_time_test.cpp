#include "api/answer_time.h"

#include <gtest/gtest.h>

#include <string_view>

namespace api {
namespace {

base::Time at(std::string_view text) {
    return base::parse_iso8601(text).value_or(base::Time{});
}

model::Store store(model::Platform platform, std::string_view region, std::string_view zone) {
    model::Store out;
    out.platform = platform;
    out.region = region;
    out.time_zone = zone;
    return out;
}

TEST(AnswerTimes, EveryPlatformHasOne) {
    for (const model::Platform platform :
         {model::Platform::tiktok_shop, model::Platform::shopee, model::Platform::lazada})
        for (const std::string_view region : {"TH", "GB", "MY"})
            EXPECT_TRUE(answer_by(answer_times(), store(platform, region, "UTC"), at("2026-11-22T10:00:00Z")))
                << model::name(platform) << " " << region;
}

TEST(AnswerTimes, HoursAfterTheMessageByRegion) {
    const base::Time since = at("2026-11-22T10:00:00Z");
    EXPECT_EQ(answer_by(answer_times(), store(model::Platform::tiktok_shop, "TH", "Asia/Bangkok"), since),
              at("2026-11-22T22:00:00Z"));
    EXPECT_EQ(answer_by(answer_times(), store(model::Platform::tiktok_shop, "GB", "Europe/London"), since),
              at("2026-11-23T10:00:00Z"));
    EXPECT_EQ(answer_by(answer_times(), store(model::Platform::shopee, "MY", "Asia/Kuala_Lumpur"), since),
              at("2026-11-22T22:00:00Z"));
}

// The day of the marketplace ends at 18:00 in the store's zone (UTC+8 here).
TEST(AnswerTimes, ByTheMarketplacesDay) {
    const model::Store lazada = store(model::Platform::lazada, "MY", "Asia/Kuala_Lumpur");
    EXPECT_EQ(answer_by(answer_times(), lazada, at("2026-11-22T09:59:00Z")), at("2026-11-22T11:00:00Z"));
    EXPECT_EQ(answer_by(answer_times(), lazada, at("2026-11-22T10:00:00Z")), at("2026-11-23T11:00:00Z"));
    EXPECT_EQ(answer_by(answer_times(), lazada, at("2026-11-22T16:30:00Z")), at("2026-11-23T11:00:00Z"));
}

TEST(AnswerTimes, NothingIsPromisedWithoutAMessageOrARule) {
    EXPECT_FALSE(answer_by(answer_times(), store(model::Platform::shopee, "SG", "Asia/Singapore"), {}));
    EXPECT_FALSE(answer_by({}, store(model::Platform::shopee, "SG", "Asia/Singapore"), at("2026-11-22T10:00:00Z")));
}

TEST(AnswerTimes, AFileThatSaysNothingIsRefused) {
    EXPECT_FALSE(read_answer_times(R"({"times":[{"platform":"elsewhere","hours":12}]})"));
    EXPECT_FALSE(read_answer_times(R"({"times":[{"platform":"shopee"}]})"));
    EXPECT_FALSE(read_answer_times(R"({"times":[{"platform":"lazada","day_ends":"18:00","answered_by":"25:00"}]})"));
    EXPECT_EQ(
        read_answer_times(R"({"times":[{"platform":"lazada","day_ends":"18:00","answered_by":"19:00"}]})")->size(), 1u);
}

}  // namespace
}  // namespace api
