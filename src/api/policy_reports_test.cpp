#include "api/policy_reports.h"

#include <gtest/gtest.h>

#include "api/security_headers.h"
#include "base/log.h"

namespace api {
namespace {

std::string told(std::string_view body) {
    std::string out;
    for (const PolicyViolation& v : read_policy_reports(body))
        out += "[" + v.directive + "|" + v.blocked + "|" + v.page + "|" + v.source + "]";
    return out;
}

TEST(PolicyReports, BothFormsAreRead) {
    EXPECT_EQ(
        told(R"({"csp-report":{"document-uri":"https://console.example/orders?search=Somchai","violated-directive":
        "script-src-elem","effective-directive":"script-src-elem","blocked-uri":"inline","source-file":
        "chrome-extension://abc/x.js"}})"),
        "[script-src-elem|inline|/orders|chrome-extension]");
    EXPECT_EQ(told(R"([{"type":"csp-violation","url":"https://console.example/","body":{"documentURL":
        "https://console.example/","effectiveDirective":"img-src","blockedURL":
        "https://user:secret@Cdn.example:8443/p/Somchai.png?phone=0812345678","sourceFile":"https://console.example/a.js"}},
        {"type":"deprecation","body":{}}])"),
              "[img-src|https://cdn.example:8443|/|]");
}

TEST(PolicyReports, WhatMayBeABuyersIsLeftOut) {
    EXPECT_EQ(told(R"({"csp-report":{"document-uri":"https://c.example/0812345678/x","effective-directive":"img-src",
        "blocked-uri":"Somchai Jaidee"}})"),
              "[img-src||/|]");
    EXPECT_EQ(told(R"({"csp-report":{"effective-directive":"img-src 0812345678"}})"), "");
    EXPECT_EQ(told(R"({"csp-report":{"effective-directive":"img-src","blocked-uri":"https://a b"}})"), "[img-src|||]");
    for (const char* none :
         {"", "{", "[]", "{}", "[1]", "null", R"({"csp-report":[]})", R"([{"type":"csp-violation"}])"})
        EXPECT_EQ(told(none), "") << none;
    std::string many = "[";
    for (int i = 0; i < 50; ++i)
        many += std::string(i == 0 ? "" : ",") + R"({"type":"csp-violation","body":{"effectiveDirective":"img-src"}})";
    EXPECT_EQ(read_policy_reports(many + "]").size(), PolicyReports::k_most_of_a_body);
}

TEST(PolicyReports, AFloodIsOnlyCounted) {
    std::vector<std::string> lines;
    base::set_log_sink([&](std::string_view line) { lines.emplace_back(line); });
    PolicyReports reports;
    const std::string body =
        R"({"csp-report":{"effective-directive":"img-src","blocked-uri":"https://evil.example/x"}})";
    for (int i = 0; i < PolicyReports::k_most_a_minute; ++i) EXPECT_TRUE(reports.take(body, 1'000));
    EXPECT_FALSE(reports.take(body, 2'000));
    EXPECT_TRUE(reports.take("no report", 61'500)) << "another minute";
    base::set_log_sink({});
    EXPECT_EQ(reports.violations.value(), 20u);
    EXPECT_EQ(reports.dropped.value(), 1u);
    EXPECT_EQ(reports.unreadable.value(), 1u);
    ASSERT_EQ(lines.size(), 20u);
    EXPECT_NE(lines[0].find(R"("event":"policy.violation","directive":"img-src","blocked":"https://evil.example")"),
              std::string::npos)
        << lines[0];
}

TEST(PolicyReports, ThePolicyNamesTheRoute) {
    std::string policy, endpoints;
    for (const auto& [name, value] : security_headers(true)) {
        if (name == "content-security-policy") policy = value;
        if (name == "reporting-endpoints") endpoints = value;
    }
    EXPECT_NE(policy.find("report-uri /api/v1/policy-reports; report-to policy"), std::string::npos) << policy;
    EXPECT_EQ(endpoints, "policy=\"/api/v1/policy-reports\"");
}

}  // namespace
}  // namespace api
