#include "base/secret.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <concepts>
#include <ostream>
#include <string>
#include <type_traits>

#include "base/log.h"

namespace base {
namespace {

template <class T>
concept Streamable = requires(std::ostream& out, const T& value) { out << value; };
template <class T>
concept Loggable = requires(const T& value) { Field("key", value); };

// LOG-3: what must not be printed cannot be: each of these lines is a check of the compiler.
template <class T>
constexpr bool k_printable =
    Streamable<T> || Loggable<T> || fmt::is_formattable<T>::value || std::convertible_to<const T&, std::string_view> ||
    std::convertible_to<const T&, std::string>;
static_assert(!k_printable<Secret>);
static_assert(!k_printable<PiiText>);
static_assert(!k_printable<Pii<int>>);
// The checks themselves see what can be printed.
static_assert(Streamable<std::string> && Loggable<std::string> && k_printable<std::string>);
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);

TEST(Secret, TakingWipesWhereItCameFrom) {
    std::string text = "a token that is longer than a short string";
    const char* bytes = text.data();
    const Secret secret = Secret::take(text);
    EXPECT_EQ(secret.reveal(), "a token that is longer than a short string");
    EXPECT_TRUE(text.empty());
    EXPECT_EQ(text.data(), bytes);  // Not moved elsewhere: wiped in place.
    EXPECT_EQ(std::string_view(bytes, 7), std::string_view("\0\0\0\0\0\0\0", 7));
}

TEST(Secret, IsEqualByItsBytes) {
    EXPECT_EQ(Secret("one"), Secret("one"));
    EXPECT_FALSE(Secret("one") == Secret("two"));
    EXPECT_FALSE(Secret("one") == Secret("on"));
    EXPECT_EQ(Secret(), Secret(""));
}

TEST(Secret, MovingLeavesNothingBehind) {
    Secret from("token");
    const Secret to = std::move(from);
    EXPECT_EQ(to.reveal(), "token");
    EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is what is tested.
}

}  // namespace
}  // namespace base
