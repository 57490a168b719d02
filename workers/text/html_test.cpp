#include "text/html.h"

#include <gtest/gtest.h>

#include "base/text.h"

namespace {

TEST(Html, ALimitInsideACharacterCutsBeforeIt) {
    // 3 bytes each: 10 is inside the fourth.
    model::ReadLimits limits;
    const std::string html = "<p>ไทยไทย<p>ก<a href='http://a.example'>ไทย</a>";
    for (limits.text = 0; limits.text < 30; ++limits.text) {
        const auto page = text::read_html(html, limits);
        EXPECT_LE(page.text.size(), limits.text);
        EXPECT_TRUE(base::is_utf8(page.text)) << limits.text;
        EXPECT_EQ(page.text.find("\xef\xbf\xbd"), std::string::npos) << limits.text;
        EXPECT_TRUE(page.cut);
        if (4 * limits.text < html.size()) continue;  // No more of it is parsed.
        // Links count beyond the text that is kept.
        ASSERT_EQ(page.links.size(), 1U);
        EXPECT_EQ(page.links[0].url, "http://a.example");
        EXPECT_LE(page.links[0].to, page.text.size());
        EXPECT_LE(page.links[0].from, page.links[0].to);
    }
}

TEST(Html, ANumberBeyondUnicodeTakesNoLinkAway) {
    const auto page = text::read_html(
        "<p>a&#xD800EEEEEEEEEEEEEEEEEEEE1EEEEEEEE;b &#x7fffffff; &#4294967297;<a href='http://a.example'>open</a>", {});
    EXPECT_TRUE(base::is_utf8(page.text));
    ASSERT_EQ(page.links.size(), 1U);
    EXPECT_EQ(page.text.substr(page.links[0].from, page.links[0].to - page.links[0].from), "open");
}

}  // namespace
