#include "text/charset.h"

#include <gtest/gtest.h>

#include <string>

#include "base/text.h"

namespace {

using namespace std::string_literals;

TEST(Charset, TextOfAnyBytesHoldsNoZeroByte) {
    text::prepare_charsets();
    // The last is taken for an encoding that has no converter here.
    for (
        const std::string& bytes :
        {"a\0b"s, "\xff\xfe\0\0a\0"s,
         "&lF;ji`sb&g\x93\xc4\0\0\0\x38 &300\xda\xc4window\x86 &\x9c\x90\x8f\x86\xdf&amp;<&\x9c\x90\x8f\x86\xdf&amp;"
         "<\x9f/#\0`P\0\0/si><svg><e11111111111111111111owsmp; <a\xb0hATAwindop;<&\x9c\x90\x8f\x86\xdf\xb0\xb0\xb0J"s}) {
        const text::Converted converted = text::to_utf8(bytes, "");
        EXPECT_EQ(converted.text.find('\0'), std::string::npos) << base::replace_invalid_utf8(bytes);
        EXPECT_TRUE(base::is_utf8(converted.text));
    }
}

}  // namespace
