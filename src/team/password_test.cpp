#include "team/password.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cctype>
#include <cstdlib>
#include <vector>

#include "base/file.h"
#include "base/text.h"

namespace team {
namespace {

const PasswordRules& rules() {
    static const PasswordRules loaded = PasswordRules::load(STALLWARD_SOURCE_DIR "/rules").value();
    return loaded;
}

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

struct Row {
    std::string name;
    std::string password;
    bool second_factor;
    PasswordFault fault;
};

class Table : public testing::TestWithParam<Row> {};

TEST_P(Table, IsAcceptedOrRefused) {
    const std::vector<std::string> context{"anna.lim@brightlamps.example", "Anna Lim", "Bright Lamps Store"};
    EXPECT_EQ(rules().rate(GetParam().password, context, GetParam().second_factor).fault, GetParam().fault);
}

using enum PasswordFault;
const std::vector<Row> k_table{
    {"eleven", "kqzvmwplxtr", true, too_short},
    {"twelve_beside_second_factor", "kqzvmwplxtrn", true, ok},
    {"twelve_alone", "kqzvmwplxtrn", false, too_short},
    {"fourteen_alone", "kqzvmwplxtrnwe", false, too_short},
    {"fifteen_alone", "kqzvmwplxtrnwej", false, ok},
    {"words_with_spaces", "correct horse battery staple", false, ok},
    {"only_lower_case_is_fine", "lantern under quiet gravel", false, ok},
    {"sixty_four", "Hq7-wet-lantern-under-quiet-gravel-and-slow-rivers-of-cold-tin42", false, ok},
    {"two_hundred_fifty_six", repeated("kqzvmwpl", 31) + "xtrnwejh", false, ok},
    {"two_hundred_fifty_seven", repeated("kqzvmwpl", 31) + "xtrnwejhu", false, too_long},
    {"four_byte_utf8", "😀🚲🌵🎻🦊🍋🧭🪁🎯🌊🥁🏔️🔭🎈🦉🍀", false, ok},
    {"chinese", "雨伞在楼下等着没有人来拿它的呢", false, ok},
    {"thai", "ร่มสีเขียวของยายหายไปไหน", false, ok},
    {"fourteen_code_points_of_three_bytes", "雨伞在楼下等着没有人来拿它", false, too_short},
    {"one_character", repeated("a", 20), false, common},
    {"one_chinese_character", repeated("我", 20), false, common},
    {"alphabet", "abcdefghijklmnop", false, common},
    {"keyboard", "qwertyuiopasdfgh", false, common},
    {"listed", "1qaz2wsx3edc4rfv", false, common},
    {"listed_in_capitals", "1QAZ2WSX3EDC4RFV", false, common},
    {"listed_in_full_width", "１ｑａｚ２ｗｓｘ３ｅｄｃ４ｒｆｖ", false, common},
    {"decorated_word", "Password1234567!", false, common},
    {"decorated_common_word", "iloveyou12345678", false, common},
    {"product", "stallward-202611", false, context},
    {"platform", "TikTok-Shop-2026", false, context},
    {"login", "anna.lim-2026-xy", false, context},
    {"part_of_mail", "brightlamps20266", false, context},
    {"store_name", "BRIGHT LAMPS 2026", false, context},
    {"context_and_enough_beside", "tiktok kqzvmwplxtrn", false, ok},
};

INSTANTIATE_TEST_SUITE_P(Passwords, Table, testing::ValuesIn(k_table), [](const auto& row) { return row.param.name; });

// AUTH-3: the first 3,000 of the list are the most common ones that are long enough.
TEST(Passwords, CommonOnesAreAllRefused) {
    ASSERT_GE(rules().size(), 30'000u);
    const std::string list = base::read_file(STALLWARD_SOURCE_DIR "/rules/passwords/common.txt").value();
    const auto lines = base::split(list, '\n');
    for (std::size_t i = 0; i < 3'000; ++i) {
        ASSERT_GE(base::length(lines[i]), PasswordRules::k_shortest);
        ASSERT_NE(rules().rate(lines[i], {}, true).fault, PasswordFault::ok) << lines[i];
        std::string upper(lines[i]);
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        ASSERT_NE(rules().rate(upper, {}, true).fault, PasswordFault::ok) << upper;
    }
}

TEST(Passwords, ComposedAndDecomposedFormsAreOne) {
    EXPECT_EQ(normalised_password("caf\u00e9 lantern gravel"), normalised_password("cafe\u0301 lantern gravel"));
}

TEST(Passwords, MissingOrCutListIsAnError) {
    EXPECT_EQ(PasswordRules::load("/nonexistent").error().code, base::Code::not_found);
    const std::string folder = testing::TempDir() + "stallward-cut-rules";
    ASSERT_EQ(std::system(("mkdir -p " + folder + "/passwords").c_str()), 0);
    ASSERT_TRUE(base::write_file(folder + "/passwords/common.txt", "1qaz2wsx3edc\n"));
    EXPECT_EQ(PasswordRules::load(folder).error().code, base::Code::corrupt);
}

RC_GTEST_PROP(PasswordLaws, AnyTextIsRatedAndShortTextRefused, (const std::string& bytes)) {
    const PasswordRating rating = rules().rate(base::replace_invalid_utf8(bytes), {}, true);
    RC_ASSERT(rating.score >= 0 && rating.score <= 4);
    const std::size_t length = base::length(normalised_password(base::replace_invalid_utf8(bytes)));
    if (length < PasswordRules::k_shortest) RC_ASSERT(rating.fault == PasswordFault::too_short);
}

RC_GTEST_PROP(PasswordLaws, ContextNeverMakesARefusedPasswordGood,
              (const std::string& password, const std::string& word)) {
    const std::vector<std::string> context{base::replace_invalid_utf8(word)};
    const std::string text = base::replace_invalid_utf8(password);
    if (rules().rate(text, {}, true).fault != PasswordFault::ok)
        RC_ASSERT(rules().rate(text, context, true).fault != PasswordFault::ok);
}

}  // namespace
}  // namespace team
