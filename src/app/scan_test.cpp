#include "app/scan.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/text.h"

namespace {

struct ScanRun {
    int status = 0;
    std::vector<std::string> lines;
    std::string err;
};

ScanRun scan(app::ScanOptions options, const std::string& input = {}) {
    options.worker_program = std::string(STALLWARD_BINARY_DIR) + "/bin/stallward-worker-text";
    options.cache_folder = STALLWARD_BINARY_DIR;
    std::istringstream in(input);
    std::ostringstream out, err;
    ScanRun run;
    run.status = app::run_scan(options, in, out, err);
    const std::string output = out.str();
    for (const std::string_view line : base::split(output, '\n'))
        if (!line.empty()) run.lines.emplace_back(line);
    run.err = err.str();
    return run;
}

std::string field(const std::string& line, std::string_view name) {
    const auto document = base::JsonDocument::parse(line);
    return document ? document->root()[name].string_or("(none)") : "(no JSON)";
}

std::string file(const std::string& name, const std::string& content) {
    const std::string path =
        std::string(STALLWARD_BINARY_DIR) + "/scan-test-" + std::to_string(::getpid()) + "-" + name;
    std::ofstream(path, std::ios::binary) << content;
    return path;
}

TEST(Scan, JudgesLinesInOrderAndGoesOnAfterBadOnes) {
    std::string input;
    for (int i = 0; i < 3000; ++i) {
        if (i % 7 == 3)
            input += "this is no JSON\n";
        else
            input += R"({"id":"m)" + std::to_string(i) + R"(","channel":"chat","lang":"en","label":"ham","text":")" +
                     (i % 2 == 0 ? "Refund me half or it will be one star" : "Is it in stock?") + "\"}\n";
    }
    app::ScanOptions options;
    options.jobs = 4;
    const ScanRun run = scan(options, input);
    EXPECT_EQ(run.status, 0);
    ASSERT_EQ(run.lines.size(), 3000U);
    for (int i = 0; i < 3000; ++i) {
        const std::string& line = run.lines[static_cast<std::size_t>(i)];
        if (i % 7 == 3) {
            EXPECT_EQ(field(line, "verdict"), "unreadable");
        } else {
            EXPECT_EQ(field(line, "id"), "m" + std::to_string(i));
            EXPECT_EQ(field(line, "verdict"), i % 2 == 0 ? "scam" : "clean");
        }
    }
}

TEST(Scan, PlacesAreBytesOfTheText) {
    app::ScanOptions options;
    options.explain = true;
    const ScanRun run =
        scan(options, R"({"id":"a","channel":"chat","text":"Chào bạn. Bạn đọc cho mình mã OTP vừa nhận nhé"})"
                      "\n");
    ASSERT_EQ(run.lines.size(), 1U);
    const auto document = base::JsonDocument::parse(run.lines[0]);
    const base::Json reason = document->root()["reasons"].at(0);
    EXPECT_EQ(reason["code"].string_or(), "ask.otp");
    EXPECT_FALSE(reason["means"].string_or().empty());
    const std::string text = "Chào bạn. Bạn đọc cho mình mã OTP vừa nhận nhé";
    const auto from = static_cast<std::size_t>(reason["at"]["from"].integer_or(0)),
               to = static_cast<std::size_t>(reason["at"]["to"].integer_or(0));
    EXPECT_EQ(text.substr(from, to - from), "đọc cho mình mã OTP");
}

TEST(Scan, ReadsMailsAndMailboxes) {
    const std::string mail =
        "From: \"TikTok Shop\" <x@mail-notify24.example>\nSubject: Verification\nContent-Type: text/html\n\n<a "
        "href='http://mail-notify24.top/l'>https://seller.tiktok.com</a> log in";
    const std::string eml = file("a.eml", mail),
                      mbox = file("b.mbox", "From a@b Mon Jan  5 08:00:00 2026\n" + mail +
                                                "\n\nFrom c@d Mon Jan  5 08:00:00 2026\nFrom: a@b.example\nSubject: "
                                                "hello\n\nhow are you\n>From here\n");
    app::ScanOptions options;
    options.files = {eml, mbox};
    const ScanRun run = scan(options);
    EXPECT_EQ(run.status, 0) << run.err;
    ASSERT_EQ(run.lines.size(), 3U);
    EXPECT_EQ(field(run.lines[0], "id"), eml);
    EXPECT_EQ(field(run.lines[0], "verdict"), "scam") << run.lines[0];
    EXPECT_EQ(field(run.lines[0], "category"), "phishing");
    EXPECT_EQ(field(run.lines[1], "id"), mbox + "#1");
    EXPECT_EQ(field(run.lines[2], "id"), mbox + "#2");
    EXPECT_EQ(field(run.lines[2], "verdict"), "clean") << run.lines[2];
    std::filesystem::remove(eml);
    std::filesystem::remove(mbox);
}

TEST(Scan, WhatCannotBeReadIsNeverClean) {
    const std::string noise = file("noise.eml", "\x01\x02\x03"), image = file("a.png", "png"),
                      outlook = file("a.msg", "msg"), empty = file("empty.eml", "");
    app::ScanOptions options;
    options.files = {noise, image, outlook, empty, "/nowhere/at/all.eml"};
    const ScanRun run = scan(options);
    EXPECT_EQ(run.status, 1);
    ASSERT_EQ(run.lines.size(), 5U);
    for (const std::string& line : run.lines) EXPECT_EQ(field(line, "verdict"), "unreadable") << line;
    EXPECT_NE(run.lines[1].find("format.image_not_supported"), std::string::npos);
    EXPECT_NE(run.lines[2].find("format.msg_not_supported"), std::string::npos);
    EXPECT_NE(run.err.find("cannot be opened"), std::string::npos);
    for (const std::string& path : {noise, image, outlook, empty}) std::filesystem::remove(path);
}

TEST(Scan, WrongUsageIsSaid) {
    app::ScanOptions format, channel, jobs;
    format.format = "pdf";
    channel.channel = "fax";
    jobs.jobs = 0;
    for (const app::ScanOptions& options : {format, channel, jobs}) {
        const ScanRun run = scan(options);
        EXPECT_EQ(run.status, 2);
        EXPECT_FALSE(run.err.empty());
    }
    app::ScanOptions rules;
    rules.rules_folder = "/nowhere/at/all";
    EXPECT_EQ(scan(rules).status, 1);
}

TEST(Scan, AMissingWorkerMakesMailsUnreadable) {
    app::ScanOptions options;
    const std::string eml = file("c.eml", "From: a@b.example\nSubject: s\n\nhello\n");
    options.files = {eml};
    options.worker_program = "/nowhere/at/all";
    std::istringstream in;
    std::ostringstream out, err;
    EXPECT_EQ(app::run_scan(options, in, out, err), 0);
    EXPECT_NE(out.str().find("unreadable"), std::string::npos);
    std::filesystem::remove(eml);
}

}  // namespace
