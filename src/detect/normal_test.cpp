#include "detect/normal.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <set>
#include <string>

#include "base/text.h"
#include "detect/fold.h"

namespace {

using namespace detect;

const std::function<bool(std::string_view)> k_words = [](std::string_view word) {
    static const std::set<std::string, std::less<>> words = {"whatsapp", "password", "paypal", "verify"};
    return words.contains(word);
};

TEST(Normal, UndoesCaseWidthAndMarks) {
    EXPECT_EQ(normalise("ＷhatsApp").text, "whatsapp");
    EXPECT_EQ(normalise("Mật Khẩu Đăng nhập").text, "mat khau dang nhap");
    EXPECT_EQ(normalise("one-time  code").text, "one time code");
    EXPECT_EQ(normalise("don’t").text, "dont");
}

TEST(Normal, TurnsTraditionalCharactersIntoSimplifiedOnes) {
    EXPECT_EQ(normalise("驗證碼").text, "验证码");
    EXPECT_EQ(normalise("帳號").text, normalise("帐号").text);
    EXPECT_EQ(normalise("加 微 信").text, "加微信");
    EXPECT_EQ(normalise("加*微*信").text, "加微信");
}

TEST(Normal, PutsLettersOfOtherScriptsRight) {
    const NormalText text = normalise("раypаl account");  // Cyrillic er, a, a.
    EXPECT_EQ(text.text, "paypal account");
    EXPECT_EQ(text.homoglyph.count, 1U);
    EXPECT_EQ(normalise("Привет, как дела").text, "привет, как дела");
    EXPECT_EQ(normalise("Привет").homoglyph.count, 0U);
}

TEST(Normal, DropsInvisibleCharactersAndCountsThemInsideWords) {
    const NormalText text = normalise("pass\u200bword and o\u200btp");
    EXPECT_EQ(text.text, "password and otp");
    EXPECT_EQ(text.zero_width.count, 2U);
    EXPECT_EQ(normalise("👨\u200d👩\u200d👧 hi").zero_width.count, 0U);
}

TEST(Normal, JoinsLettersWrittenApart) {
    EXPECT_EQ(normalise("on w h a t s a p p now", k_words).text, "on whatsapp now");
    EXPECT_EQ(normalise("w.h.a.t.s.a.p.p", k_words).text, "whatsapp");
    EXPECT_EQ(normalise("size S, M, L, X L", k_words).spaced.count, 0U);
    EXPECT_EQ(normalise("p4ssw0rd", k_words).text, "password");
    EXPECT_EQ(normalise("p4ypa1", k_words).text, "paypal");
    EXPECT_EQ(normalise("B2B4400", k_words).text, "b2b4400");
}

TEST(Normal, KeepsPlacesInTheOriginal) {
    const std::string original = "Xin mã ＯＴＰ";
    const NormalText text = normalise(original);
    const auto at = text.text.find("otp");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(original.substr(
                  text.original(static_cast<std::uint32_t>(at)),
                  text.original(static_cast<std::uint32_t>(at + 3)) - text.original(static_cast<std::uint32_t>(at))),
              "ＯＴＰ");
}

TEST(Normal, FindsSentenceEnds) {
    EXPECT_EQ(normalise("One. Two! 三。四").sentence_ends.size(), 4U);
}

RC_GTEST_PROP(Normal, PlacesRiseAndStayInside, (const std::string& bytes)) {
    const std::string text = base::replace_invalid_utf8(bytes);
    const NormalText normal = normalise(text, k_words);
    RC_ASSERT(normal.origin.size() == normal.text.size() + 1);
    for (std::size_t i = 1; i < normal.origin.size(); ++i) RC_ASSERT(normal.origin[i - 1] <= normal.origin[i]);
    RC_ASSERT(normal.origin.back() == text.size());
    RC_ASSERT(base::is_utf8(normal.text));
}

TEST(Fold, SkeletonsOfLookAlikesAreEqual) {
    EXPECT_EQ(skeleton("tіktok"), skeleton("tiktok"));
    EXPECT_EQ(skeleton("shοpee"), skeleton("SHOPEE"));
    EXPECT_NE(skeleton("shopee"), skeleton("lazada"));
}

}  // namespace
