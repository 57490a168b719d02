#include "app/lines.h"

#include <gtest/gtest.h>

#include <sstream>
#include <streambuf>
#include <vector>

namespace {

// A stream of one letter that never ends its line by itself.
class OneLetter : public std::streambuf {
  public:
    explicit OneLetter(std::size_t size) : left_(size) {}

  protected:
    int_type underflow() override {
        if (left_ == 0) return traits_type::eof();
        --left_;
        setg(&letter_, &letter_, &letter_ + 1);
        return traits_type::to_int_type(letter_);
    }

  private:
    char letter_ = 'a';
    std::size_t left_;
};

struct Mail {
    std::string text;
    bool too_large = false;
    bool operator==(const Mail&) const = default;
};

std::vector<Mail> split(const std::string& box, std::size_t bytes_max = 1000) {
    std::istringstream in(box);
    std::vector<Mail> mails;
    const std::size_t count = app::split_mbox(
        in, bytes_max, [&](std::string mail, bool too_large) { mails.push_back({std::move(mail), too_large}); });
    EXPECT_EQ(count, mails.size());
    return mails;
}

TEST(Lines, GivesEveryLineAndTheUnendedLast) {
    std::istringstream in("one\n\nthree\r\nfour");
    app::LineReader lines(in, 100);
    std::string line;
    std::vector<std::string> all;
    while (lines.next(line) == app::LineReader::Read::line) all.push_back(line);
    EXPECT_EQ(all, (std::vector<std::string>{"one", "", "three\r", "four"}));
}

TEST(Lines, OneBeyondTheLimitIsSaidAndNotHeld) {
    OneLetter letters(1'000'000);
    std::istream in(&letters);
    app::LineReader lines(in, 100);
    std::string line;
    EXPECT_EQ(lines.next(line), app::LineReader::Read::too_long);
    EXPECT_LE(line.capacity(), 1000U);
    EXPECT_EQ(lines.next(line), app::LineReader::Read::end);

    std::istringstream exact("12345\n123456\nx\n");
    app::LineReader five(exact, 5);
    EXPECT_EQ(five.next(line), app::LineReader::Read::line);
    EXPECT_EQ(line, "12345");
    EXPECT_EQ(five.next(line), app::LineReader::Read::too_long);
    EXPECT_EQ(five.next(line), app::LineReader::Read::line);
    EXPECT_EQ(line, "x");
}

TEST(Mbox, SplitsAtFromAfterAnEmptyLineOnly) {
    EXPECT_EQ(split("From a Mon\nSubject: x\n\nhello\nFrom here on\n>From there\n>>From b\n\nFrom b Tue\r\ny"),
              (std::vector<Mail>{{"Subject: x\n\nhello\nFrom here on\nFrom there\n>From b\n\n"}, {"y\n"}}));
    EXPECT_EQ(split("no mailbox\nFrom a\n"), std::vector<Mail>());
    EXPECT_EQ(split("From a"), (std::vector<Mail>{{""}}));
}

TEST(Mbox, AMailBeyondTheLimitIsSaidAndTheNextIsRead) {
    const std::string long_line(200, 'x');
    EXPECT_EQ(split("From a\n" + long_line + "\n\nFrom b\nshort\n", 100), (std::vector<Mail>{{"", true}, {"short\n"}}));
    // Many short lines are as large as one long.
    std::string many = "From a\n";
    for (int i = 0; i < 60; ++i) many += "x\n";
    EXPECT_EQ(split(many + "\nFrom b\nshort\n", 100), (std::vector<Mail>{{"", true}, {"short\n"}}));
}

}  // namespace
