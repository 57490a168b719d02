#include "detect/rules.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/file.h"
#include "detect/combine.h"
#include "detect/engine.h"
#include "detect/patterns.h"

namespace {

using namespace detect;

std::string scratch(const std::string& name) {
    const std::string folder =
        std::string(STALLWARD_BINARY_DIR) + "/detect-test-" + name + "-" + std::to_string(::getpid());
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    return folder;
}

TEST(Rules, TheBuiltInFilesLoad) {
    const auto rules = load_rules(built_in_rule_files());
    ASSERT_TRUE(rules) << rules.error().what;
    EXPECT_EQ((*rules)->version.size(), 16U);
    EXPECT_GT((*rules)->patterns.size(), 3000U);
    EXPECT_EQ((*rules)->brand_of("shopee.sg")->id, "shopee");
    for (const char* lang : {"en", "zh", "th", "vi", "id", "ms", "fil"})
        EXPECT_TRUE(built_in_rule_files().contains(std::string("words/") + lang + ".json")) << lang;
}

TEST(Rules, AnErrorNamesTheFileAndWhatIsWrong) {
    const auto broken = [](const std::string& name, const std::string& content) {
        RuleFiles files = built_in_rule_files();
        files[name] = content;
        const auto rules = load_rules(files);
        return rules ? std::string() : rules.error().what;
    };
    EXPECT_NE(broken("words/xx.json", R"({"lang":"xx","words":{"no_such_meaning":["a b"]}})")
                  .find("words/xx.json: unknown meaning"),
              std::string::npos);
    EXPECT_NE(broken("words/xx.json", "{").find("words/xx.json"), std::string::npos);
    EXPECT_NE(broken("scoring.json", R"({"middle":4})").find("scoring.json"), std::string::npos);
    EXPECT_NE(broken("detectors/x/manifest.json",
                     R"({"id":"message.x","about":"a","default":"maybe","windows":[],"reasons":{}})")
                  .find("default"),
              std::string::npos);
    EXPECT_NE(broken("detectors/x/manifest.json",
                     R"({"id":"message.x","about":"a","default":"on","windows":["none"],"reasons":{"no.such":1}})")
                  .find("reasons.json"),
              std::string::npos);
    EXPECT_NE(
        broken(
            "official.json",
            R"({"platforms":[{"id":"p","names":["P Q"],"tokens":[],"not_alike":[],"hosts":[{"domain":"p.com","market":"all","purpose":"x","date":"2026-01-01"}],"senders":[]}]})")
            .find("source"),
        std::string::npos);
    RuleFiles missing = built_in_rule_files();
    missing.erase("hosts.json");
    EXPECT_NE(load_rules(missing).error().what.find("hosts.json is missing"), std::string::npos);
}

TEST(Rules, TheVersionChangesWithAnyFile) {
    RuleFiles files = built_in_rule_files();
    const std::string before = (*load_rules(files))->version;
    files["words/en.json"] += " ";
    EXPECT_NE((*load_rules(files))->version, before);
}

TEST(Rules, AFolderReplacesBuiltInFiles) {
    const std::string folder = scratch("rules");
    std::filesystem::create_directories(folder + "/words");
    std::ofstream(folder + "/words/en.json") << R"({"lang":"en","words":{"otp":["sesame number"]}})";
    std::ofstream(folder + "/unrelated.json") << "{}";
    const auto files = rule_files_with(folder);
    ASSERT_TRUE(files) << files.error().what;
    EXPECT_NE(files->at("words/en.json").find("sesame"), std::string::npos);
    EXPECT_FALSE(files->contains("unrelated.json"));
    EXPECT_FALSE(rule_files_with(folder + "/none"));
    std::filesystem::remove_all(folder);
}

TEST(Patterns, FindLiteralsWithTheirPlaces) {
    const std::vector<std::string> literals = {"otp", "验证码", "pass word"};
    const auto patterns = Patterns::compile(literals);
    ASSERT_TRUE(patterns) << patterns.error().what;
    const auto hits = patterns->scan("the otp 验证码 otp");
    ASSERT_EQ(hits.size(), 3U);
    EXPECT_EQ(hits[0].from, 4U);
    EXPECT_EQ(hits[0].to, 7U);
    EXPECT_EQ(hits[1].pattern, 1U);
    EXPECT_TRUE(patterns->scan("").empty());
    EXPECT_FALSE(Patterns::compile(std::vector<std::string>{""}));
}

TEST(Patterns, ADamagedCacheIsMadeAnew) {
    const std::string folder = scratch("cache");
    const std::vector<std::string> literals = {"otp", "password"};
    ASSERT_TRUE(cached_patterns(folder, "1", literals));
    const auto files = [&] {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(folder)) out.push_back(entry.path().string());
        return out;
    };
    ASSERT_EQ(files().size(), 1U);
    const std::string good = base::read_file(files().front()).value();
    for (std::string bad :
         {good.substr(0, good.size() / 2), good + "x", std::string("junk"), std::string(good.size(), 'a')}) {
        ASSERT_TRUE(base::write_file(files().front(), bad));
        const auto patterns = cached_patterns(folder, "1", literals);
        ASSERT_TRUE(patterns);
        EXPECT_EQ(patterns->scan("my password").size(), 1U);
        EXPECT_EQ(base::read_file(files().front()).value(), good);
    }
    ASSERT_TRUE(cached_patterns(folder, "2", literals));
    EXPECT_EQ(files().size(), 2U);
    EXPECT_TRUE(cached_patterns("/nowhere/at/all", "1", literals));
    std::filesystem::remove_all(folder);
}

model::Reason made(const std::string& code, double points) {
    return {code, points, {}, {}};
}

TEST(Combine, EqualCodesCountOnceAndCapsHold) {
    const auto rules = load_rules(built_in_rule_files());
    const auto once = combine(**rules, Kind::brief, {{"message.credentials", {made("ask.otp", 5)}}});
    const auto twice =
        combine(**rules, Kind::brief, {{"message.credentials", {made("ask.otp", 5), made("ask.otp", 4)}}});
    EXPECT_DOUBLE_EQ(once.score, twice.score);
    const auto capped = combine(**rules, Kind::brief, {{"message.credentials", {made("ask.otp", 50)}}});
    EXPECT_LT(capped.score, 0.98);
    EXPECT_EQ(once.category, model::Category::account_theft);
    EXPECT_EQ(once.detector, "message.credentials");
}

TEST(Combine, WhatAMessageDoesStandsBeforeHowItIsWorded) {
    const auto rules = load_rules(built_in_rule_files());
    const auto found = combine(**rules, Kind::brief,
                               {{"message.signs", {made("signs.words", 9), made("signs.form", 3)}},
                                {"message.credentials", {made("ask.otp", 5)}},
                                {"message.threat", {made("threat.account", 2)}}});
    std::vector<std::string> codes;
    for (const model::Reason& reason : found.reasons) codes.push_back(reason.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"ask.otp", "threat.account", "signs.words", "signs.form"}));
}

TEST(Combine, FactsAgainstLowerTheScoreAndAreShown) {
    const auto rules = load_rules(built_in_rule_files());
    const auto alone = combine(**rules, Kind::brief, {{"message.threat", {made("threat.account", 5)}}});
    const auto with = combine(
        **rules, Kind::brief,
        {{"message.threat", {made("threat.account", 5)}}, {"message.official", {made("known.sender_proven", -7)}}});
    EXPECT_LT(with.score, alone.score);
    EXPECT_EQ(with.verdict, model::Verdict::clean);
    ASSERT_EQ(with.against.size(), 1U);
    const auto nothing = combine(**rules, Kind::brief, {});
    EXPECT_EQ(nothing.verdict, model::Verdict::clean);
    EXPECT_EQ(nothing.category, model::Category::none);
}

TEST(Engine, WhatCouldNotBeReadIsNeverClean) {
    const auto engine = Engine::make(built_in_rule_files(), std::string(STALLWARD_BINARY_DIR));
    ASSERT_TRUE(engine) << engine.error().what;
    model::Features features = features_of_text("", "hello");
    features.cut = true;
    MessageView view;
    view.features = &features;
    const auto finding = (*engine)->judge(view, {}, {});
    EXPECT_EQ(finding.verdict, model::Verdict::unreadable);
    EXPECT_EQ(unreadable((*engine)->rules(), "worker.died").verdict, model::Verdict::unreadable);
    EXPECT_EQ((*engine)->windows(), std::set<std::string>{"buyer_30d"});
}

TEST(Engine, EveryReasonThatADetectorMayGiveIsListed) {
    const auto rules = *load_rules(built_in_rule_files());
    for (const auto& [id, manifest] : rules->manifests)
        for (const auto& [code, points] : manifest.points)
            EXPECT_TRUE(rules->reasons.contains(code)) << id << " " << code;
}

}  // namespace
