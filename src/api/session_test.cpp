#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "api/event_hub.h"
#include "api/gate.h"
#include "api/policy_reports.h"
#include "api/routes.h"
#include "api/services.h"
#include "base/http_client.h"
#include "base/json.h"
#include "db/alerts.h"
#include "db/database.h"
#include "db/findings.h"
#include "db/stores.h"
#include "db/test_support.h"
#include "detect/engine.h"
#include "team/team.h"
#include "team/totp.h"

// People, sessions, audit and settings as a browser sees them: through the router, with a real database.
namespace api {
namespace {

constexpr std::string_view k_password = "lantern under quiet gravel";

// Rooms that these routes do not use.
template <class T>
T& unused() {
    alignas(16) static char memory[16];
    return reinterpret_cast<T&>(memory);
}

// The engine of the built-in rules: compiled once, then read from the build's folder.
const detect::Engine& engine() {
    static const auto k_made = [] {
        const std::string cache = std::string(STALLWARD_BINARY_DIR) + "/pattern-cache";
        std::filesystem::create_directories(cache);
        return detect::Engine::make(detect::built_in_rule_files(), cache).value();
    }();
    return *k_made;
}

std::vector<Route> routes_under_test() {
    std::vector<Route> routes;
    for (const auto& list : {session_routes(), people_routes(), audit_routes(), settings_routes(),
                             policy_report_routes(), overview_routes(), alert_routes()})
        routes.insert(routes.end(), list.begin(), list.end());
    return routes;
}

struct Answer {
    int status = 0;
    std::string code;  // Of a problem.
    std::string cookie;
    std::map<std::string, std::string> headers;
    std::string body;
    std::optional<base::JsonDocument> document;
    base::Json operator[](std::string_view key) const { return document ? document->root()[key] : base::Json(); }
};

class Server {
  public:
    Answer send(http::Method method, std::string path, std::string body = {}, const std::string& token = {}) {
        http::Request request;
        request.method = method;
        const auto question = path.find('?');
        request.path = "/api/v1" + path.substr(0, question);
        if (question != std::string::npos) {
            const auto equals = path.find('=', question);
            request.query.emplace_back(path.substr(question + 1, equals - question - 1), path.substr(equals + 1));
        }
        request.host = "console.example";
        request.tls = true;
        request.peer = "192.0.2.1";
        request.request_id = "r" + std::to_string(++requests_);
        request.headers = {{"x-stallward", "1"}, {"sec-fetch-site", "same-origin"}, {"user-agent", "Firefox Linux"}};
        if (!body.empty()) request.headers.emplace_back("content-type", "application/json");
        if (!token.empty()) request.headers.emplace_back("cookie", "__Host-stallward=" + token);
        request.body = std::move(body);
        return handle(request);
    }
    Answer handle(const http::Request& request) {
        http::Response response = router_.handle(services_, request);
        Answer answer;
        answer.status = response.status;
        answer.body = response.body;
        for (const auto& [name, value] : response.headers) answer.headers[name] = value;
        if (const auto cookie = answer.headers.find("set-cookie"); cookie != answer.headers.end())
            answer.cookie = cookie->second.substr(17, cookie->second.find(';') - 17);
        if (!answer.body.empty()) answer.document.emplace(base::JsonDocument::parse(answer.body).value());
        answer.code = answer["code"].string_or();
        return answer;
    }
    Answer get(const std::string& path, const std::string& token = {}) {
        return send(http::Method::get, path, {}, token);
    }
    Answer post(const std::string& path, std::string body, const std::string& token = {}) {
        return send(http::Method::post, path, std::move(body), token);
    }
    std::string state(const std::string& token = {}) { return get("/session", token)["state"].string_or(); }

    // The owner, signed in; returns the token of the session.
    std::string owner() {
        const base::Secret token = team.make_setup_token().value();
        const Answer made = post("/setup", R"({"token":")" + std::string(token.reveal()) +
                                               R"(","login":"olga","name":"Olga","password":")" +
                                               std::string(k_password) + R"(","team_name":"Lamps","language":"th"})");
        EXPECT_EQ(made.status, 200) << made.body;
        return enrol(made.cookie);
    }
    std::string enrol(const std::string& token) {
        const Answer begun = post("/second-factor", "", token);
        EXPECT_EQ(begun.status, 200) << begun.body;
        secret = secret_of(begun["secret"].string_or());
        const Answer confirmed = post("/second-factor/confirm", code_body(), token);
        EXPECT_EQ(confirmed.status, 200) << confirmed.body;
        EXPECT_EQ(confirmed["recovery_codes"].items().size(), 10u);
        return confirmed.cookie;
    }
    std::string code_body() {
        db.clock.advance(base::seconds(30));
        return R"({"code":")" + team::totp_code(secret, db.clock.now()) + "\"}";
    }
    static base::Secret secret_of(const std::string& base32) {
        std::string bytes;
        unsigned bits = 0;
        int held = 0;
        for (const char c : base32) {
            bits = (bits << 5U) | static_cast<unsigned>(c >= 'A' ? c - 'A' : c - '2' + 26);
            held += 5;
            if (held < 8) continue;
            held -= 8;
            bytes += static_cast<char>((bits >> static_cast<unsigned>(held)) & 0xFFU);
        }
        return base::Secret(bytes);
    }
    // Somebody of the team; returns the token of the session.
    std::string member(const std::string& login, const std::string& role, const std::string& owner_token) {
        const Answer added =
            post("/people", R"({"login":")" + login + R"(","name":"N","role":")" + role + "\"}", owner_token);
        EXPECT_EQ(added.status, 201) << added.body;
        const std::string link = added["link"].string_or();
        EXPECT_TRUE(link.starts_with("https://console.example/invitation#token=")) << link;
        const Answer accepted = post("/invitation", R"({"token":")" + link.substr(link.find('=') + 1) +
                                                        R"(","password":")" + std::string(k_password) + "\"}");
        EXPECT_EQ(accepted.status, 200) << accepted.body;
        return enrol(accepted.cookie);
    }

    db::test::TestDatabase db;
    team::Team team{*db, team::PasswordRules::load(STALLWARD_SOURCE_DIR "/rules").value(), db.clock, db.random};
    base::Secret secret;  // Of the last enrolment.

  private:
    EventHub events_;
    Services services_{.database = *db,
                       .clock = db.clock,
                       .random = db.random,
                       .team = team,
                       .ingest = unused<ingest::Ingest>(),
                       .imports = unused<ingest::OrderImport>(),
                       .connectors = unused<platform::Connectors>(),
                       .detectors = engine(),
                       .events = events_,
                       .origin = "https://console.example",
                       .version = "1.2.3",
                       .data_folder = db.dir(),
                       .read_mail = {},
                       .apps_changed = {},
                       .stores_changed = {},
                       .leave_demo = {}};
    Router router_{routes_under_test(), identify_by_cookie(team), authorise_by_team(team)};
    int requests_ = 0;
};

TEST(Session, GoesFromSetUpToSignedIn) {
    Server server;
    EXPECT_EQ(server.state(), "setup");
    const base::Secret token = server.team.make_setup_token().value();
    const std::string body = R"({"token":")" + std::string(token.reveal()) +
                             R"(","login":"olga","name":"Olga","password":"lantern under quiet gravel"})";
    const Answer made = server.post("/setup", body);
    EXPECT_EQ(made["state"].string_or(), "enrol");
    EXPECT_EQ(made.headers.at("set-cookie"),
              "__Host-stallward=" + made.cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict");
    EXPECT_EQ(server.state(), "signed_out");
    EXPECT_EQ(server.state(made.cookie), "enrol");
    EXPECT_EQ(server.post("/setup", body).code, "setup.done");
    const std::string session = server.enrol(made.cookie);
    const Answer now = server.get("/session", session);
    EXPECT_EQ(now["state"].string_or(), "signed_in");
    EXPECT_EQ(now["person"]["login"].string_or(), "olga");
    EXPECT_EQ(now["version"].string_or(), "1.2.3");
    EXPECT_TRUE(now["step_up_until"].present());
    EXPECT_EQ(now["actions"].items().size(), model::all_actions().size() - 2);
    EXPECT_EQ(server.state(made.cookie), "signed_out");
}

TEST(Session, SignsInAndOut) {
    Server server;
    server.owner();
    const Answer half = server.post("/sign-in", R"({"login":"olga","password":"lantern under quiet gravel"})");
    EXPECT_EQ(half["state"].string_or(), "code");
    EXPECT_FALSE(half["person"].present());
    EXPECT_EQ(server.post("/sign-in/code", "{}", half.cookie).status, 422);
    EXPECT_EQ(server.post("/sign-in/code", R"({"code":"000000"})", half.cookie).status, 401);
    const Answer full = server.post("/sign-in/code", server.code_body(), half.cookie);
    EXPECT_EQ(full["state"].string_or(), "signed_in");
    const Answer out = server.post("/sign-out", "", full.cookie);
    EXPECT_EQ(out.status, 204);
    EXPECT_EQ(out.headers.at("clear-site-data"), "\"cache\", \"cookies\", \"storage\"");
    EXPECT_TRUE(out.headers.at("set-cookie").ends_with("; Max-Age=0"));
    EXPECT_EQ(server.state(full.cookie), "signed_out");
}

// AUTH-5: the bodies are identical but for the number of the request.
TEST(Session, RefusalsAreIdentical) {
    Server server;
    server.owner();
    const auto answer = [&](const std::string& body) {
        Answer refused = server.post("/sign-in", body);
        const std::string id = refused["request_id"].string_or();
        refused.body.replace(refused.body.find("\"" + id + "\""), id.size() + 2, "\"\"");
        return std::to_string(refused.status) + refused.body;
    };
    const std::string unknown = answer(R"({"login":"nobody","password":"lantern under quiet gravel"})");
    EXPECT_EQ(answer(R"({"login":"olga","password":"wrong"})"), unknown);
    EXPECT_EQ(answer(R"({"login":"olga","password":""})"), unknown);
    EXPECT_TRUE(unknown.starts_with("401")) << unknown;
}

// AUTH-1: with the password alone nothing but enrolment is within reach.
TEST(Session, PasswordAloneReachesOnlyItsOwnSteps) {
    Server server;
    const std::string owner = server.owner();
    const Answer half = server.post("/sign-in", R"({"login":"olga","password":"lantern under quiet gravel"})");
    const Answer added = server.post("/people", R"({"login":"ben","name":"Ben","role":"manager"})", owner);
    const std::string link = added["link"].string_or();
    const Answer enrolling = server.post("/invitation", R"({"token":")" + link.substr(link.find('=') + 1) +
                                                            R"(","password":"lantern under quiet gravel"})");
    for (const Route& route : routes_under_test()) {
        if (route.action == model::Action::open_public || route.operation == "signOut") continue;
        std::string path(route.path);
        if (const auto at = path.find("{session}"); at != std::string::npos) path.replace(at, 9, "ss_1");
        if (const auto at = path.find("{person}"); at != std::string::npos) path.replace(at, 8, "u_1");
        const Answer by_code = server.send(route.method, path, "{}", half.cookie);
        const Answer by_enrol = server.send(route.method, path, "{}", enrolling.cookie);
        // The steps themselves ask for more input; only enrolment can begin.
        EXPECT_EQ(by_code.code, route.operation == "signInCode" ? "request.field" : "session.code_required")
            << route.operation;
        if (route.operation == "beginSecondFactor") {
            EXPECT_EQ(by_enrol.status, 200);
        } else if (route.operation == "confirmSecondFactor" || route.operation == "signInCode") {
            EXPECT_EQ(by_enrol.code, "request.field") << route.operation;
        } else {
            EXPECT_EQ(by_enrol.code, "session.enrol_required") << route.operation;
        }
    }
}

TEST(Session, PasswordStrengthIsRated) {
    Server server;
    const auto rate = [&](const std::string& password) {
        return server.post("/password-strength", R"({"password":")" + password + R"(","context":["olga","Lamps"]})");
    };
    EXPECT_EQ(rate("short")["reason"].string_or(), "password.too_short");
    EXPECT_EQ(rate("1qaz2wsx3edc4rfv")["reason"].string_or(), "password.common");
    EXPECT_EQ(rate("lamps-olga-2026!")["reason"].string_or(), "password.context");
    const Answer good = rate("lantern under quiet gravel");
    EXPECT_EQ(good["acceptable"].boolean(), true);
    EXPECT_EQ(good["score"].integer(), 4);
    EXPECT_FALSE(good["reason"].present());
}

TEST(Session, StepUpIsAskedForAfterFiveMinutes) {
    Server server;
    std::string owner = server.owner();
    server.db.clock.advance(base::minutes(6));
    const std::string body = R"({"login":"ben","name":"Ben","role":"viewer"})";
    EXPECT_EQ(server.post("/people", body, owner).code, "step_up_required");
    EXPECT_EQ(server.post("/step-up", R"({"code":"000000"})", owner).code, "second_factor.refused");
    const Answer fresh = server.post("/step-up", server.code_body(), owner);
    EXPECT_EQ(fresh.status, 204);
    EXPECT_EQ(server.post("/people", body, owner).code, "session.required");
    EXPECT_EQ(server.post("/people", body, fresh.cookie).status, 201);
}

TEST(Session, ListsAndEndsOnesSessions) {
    Server server;
    const std::string owner = server.owner();
    const Answer half = server.post("/sign-in", R"({"login":"olga","password":"lantern under quiet gravel"})");
    const Answer full = server.post("/sign-in/code", server.code_body(), half.cookie);
    const Answer list = server.get("/sessions", owner);
    ASSERT_EQ(list["rows"].items().size(), 2u);
    EXPECT_EQ(list["rows"].at(0)["device"].string_or(), "Firefox, Linux");
    EXPECT_EQ(list["rows"].at(0)["address"].string_or(), "192.0.2.1");
    const std::string other = list["rows"].at(0)["id"].string_or();
    EXPECT_EQ(server.send(http::Method::del, "/sessions/" + other, "", owner).status, 204);
    EXPECT_EQ(server.state(full.cookie), "signed_out");
    EXPECT_EQ(server.send(http::Method::del, "/sessions/ss_99", "", owner).status, 404);
    EXPECT_EQ(server.send(http::Method::del, "/sessions", "", owner).status, 204);
    EXPECT_EQ(server.state(owner), "signed_out");
}

TEST(People, AreListedEditedAndReset) {
    Server server;
    const std::string owner = server.owner();
    const std::string ben = server.member("ben", "support", owner);
    ASSERT_EQ(server.post("/people", R"({"login":"eve","name":"Eve","role":"viewer"})", owner).status, 201);
    const Answer list = server.get("/people", owner);
    ASSERT_EQ(list["rows"].items().size(), 3u);
    EXPECT_EQ(list["rows"].at(0)["name"].string_or(), "Eve");
    EXPECT_EQ(list["rows"].at(0)["invited"].boolean(), true);
    EXPECT_FALSE(list["rows"].at(2)["invited"].present());
    const auto patch = [&](const std::string& body) {
        return server.send(http::Method::patch, "/people/u_2", body, owner);
    };
    EXPECT_EQ(patch(R"({"role":"boss"})").status, 422);
    EXPECT_EQ(patch(R"({"stores":["s_9"]})").code, "person.store");
    EXPECT_EQ(patch(R"({"login":"other"})").code, "request.unknown_field");
    EXPECT_EQ(patch(R"({"role":"manager"})")["role"].string_or(), "manager");
    EXPECT_EQ(server.state(ben), "signed_out");
    EXPECT_EQ(server.send(http::Method::patch, "/people/u_1", R"({"disabled":true})", owner).code, "person.last_owner");
    const Answer reset = server.post("/people/u_2/reset", "", owner);
    EXPECT_EQ(reset.status, 200);
    EXPECT_EQ(server.send(http::Method::patch, "/people/u_77", R"({"disabled":true})", owner).status, 404);
}

TEST(AuditRoutes, ShowTheLogByPageAndCheckIt) {
    Server server;
    const std::string owner = server.owner();
    server.member("ben", "support", owner);
    const Answer all = server.get("/audit", owner);
    ASSERT_EQ(all.status, 200) << all.body;
    const auto newest = all["rows"].at(0);
    EXPECT_EQ(newest["kind"].string_or(), "second_factor.set");
    EXPECT_EQ(newest["position"].integer(), -1);
    EXPECT_EQ(newest["actor_name"].string_or(), "N");
    EXPECT_EQ(newest["address"].string_or(), "192.0.2.1");
    EXPECT_EQ(newest["detail"]["replaced"].string_or(), "no");
    EXPECT_EQ(all["check"]["state"].string_or(), "never");
    const Answer first = server.get("/audit?limit=2", owner);
    EXPECT_EQ(first["rows"].items().size(), 2u);
    const Answer second = server.get("/audit?cursor=" + first["next"].string_or(), owner);
    EXPECT_EQ(second["rows"].items().size() + 2, all["rows"].items().size());
    EXPECT_EQ(server.get("/audit?kind=person.", owner)["rows"].items().size(), 2u);
    EXPECT_EQ(server.get("/audit?person=u_2", owner)["rows"].at(0)["actor"].string_or(), "u_2");
    EXPECT_EQ(server.get("/audit?cursor=nonsense", owner).status, 422);
    EXPECT_EQ(server.post("/audit/check", "", owner)["state"].string_or(), "ok");
    EXPECT_EQ(server.get("/audit?limit=1", owner)["check"]["state"].string_or(), "ok");
}

TEST(AuditRoutes, RefusedPermissionsAreInTheLog) {
    Server server;
    const std::string owner = server.owner();
    const std::string ben = server.member("ben", "support", owner);
    EXPECT_EQ(server.get("/people", ben).code, "permission.denied");
    EXPECT_EQ(server.get("/audit", ben).status, 403);
    const Answer log = server.get("/audit?kind=permission.denied", owner);
    ASSERT_EQ(log["rows"].items().size(), 2u);
    EXPECT_EQ(log["rows"].at(1)["detail"]["operation"].string_or(), "listPeople");
    EXPECT_EQ(log["rows"].at(1)["actor"].string_or(), "u_2");
    EXPECT_EQ(log["rows"].at(1)["address"].string_or(), "192.0.2.1");
}

model::Finding finding_of(model::StoreId store, model::Severity severity, base::Time at) {
    model::Finding finding;
    finding.store = store;
    finding.detector = "watch";
    finding.category = model::Category::phishing;
    finding.severity = severity;
    finding.verdict = model::Verdict::suspicious;
    finding.identity = "one";
    finding.as_of = at;
    finding.reasons.push_back({"phish.lookalike_domain", 1.5, {}, std::nullopt});
    return finding;
}

TEST(OverviewRoute, CountsAlertsOfTheInstallationForWhoSeesAllStores) {
    Server server;
    const std::string owner = server.owner();
    ASSERT_TRUE(server.db->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        model::Finding finding = finding_of({}, model::Severity::medium, server.db.clock.now());
        finding.id = TRY(db::add_finding(tx, finding));
        TRY(db::raise_alert(tx, finding, "store.unknown_shop", base::days(1)));
        return {};
    }));
    const Answer all = server.get("/overview", owner);
    EXPECT_EQ(all["counts"]["alerts_open"].integer_or(-1), 1) << all.body;
    EXPECT_EQ(all["alerts"].items().size(), 1u);
    const model::StoreId store = server.db
                                     ->write(db::Lane::interactive,
                                             [](db::Tx& tx) {
                                                 model::Store fresh;
                                                 fresh.platform = model::Platform::tiktok_shop;
                                                 fresh.name = "One";
                                                 return db::add_store(tx, fresh);
                                             })
                                     ->id;
    const std::string ben = server.member("ben", "manager", owner);
    EXPECT_EQ(server.send(http::Method::patch, "/people/u_2", R"({"stores":[")" + store.text() + "\"]}", owner).status,
              200);
    const Answer half = server.post("/sign-in", R"({"login":"ben","password":")" + std::string(k_password) + "\"}");
    const Answer again = server.post("/sign-in/code", server.code_body(), half.cookie);
    const Answer limited = server.get("/overview", again.cookie);
    EXPECT_EQ(limited["counts"]["alerts_open"].integer_or(-1), 0) << limited.body;
    EXPECT_TRUE(limited["alerts"].items().empty());
}

TEST(AlertRoutes, WeakFindingsOfAWeekAreShown) {
    Server server;
    const std::string owner = server.owner();
    const base::Time now = server.db.clock.now();
    const auto store = server.db
                           ->write(db::Lane::interactive,
                                   [](db::Tx& tx) {
                                       model::Store fresh;
                                       fresh.platform = model::Platform::tiktok_shop;
                                       return db::add_store(tx, fresh);
                                   })
                           ->id;
    ASSERT_TRUE(server.db->write(db::Lane::interactive, [&](db::Tx& tx) -> base::Result<void> {
        TRY(db::add_finding(tx, finding_of(store, model::Severity::low, now - base::days(1))));
        TRY(db::add_finding(tx, finding_of(store, model::Severity::low, now - base::days(8))));
        TRY(db::add_finding(tx, finding_of(store, model::Severity::medium, now)));
        return {};
    }));
    const Answer weak = server.get("/findings/weak", owner);
    ASSERT_EQ(weak["rows"].items().size(), 1u) << weak.body;
    EXPECT_EQ(weak["rows"].at(0)["store"].string_or(), store.text());
    EXPECT_EQ(weak["rows"].at(0)["reasons"].at(0)["code"].string_or(), "phish.lookalike_domain");
}

// The browser sends it by itself: without our header, in its own media type, from a page of any origin.
TEST(PolicyReportRoute, TakesWhatABrowserSends) {
    Server server;
    http::Request request;
    request.method = http::Method::post;
    request.path = "/api/v1/policy-reports";
    request.host = "console.example";
    request.headers = {{"content-type", "application/csp-report"}, {"sec-fetch-site", "same-origin"}};
    request.body = R"({"csp-report":{"effective-directive":"img-src","blocked-uri":"inline"}})";
    const std::uint64_t before = policy_reports().violations.value();
    EXPECT_EQ(server.handle(request).status, 204);
    EXPECT_EQ(policy_reports().violations.value(), before + 1);
    request.body = "no report";
    EXPECT_EQ(server.handle(request).status, 204);
    for (int i = 2; i < PolicyReports::k_most_a_minute; ++i) EXPECT_EQ(server.handle(request).status, 204);
    const Answer refused = server.handle(request);
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused["retry_after_s"].integer_or(0), 60);
}

TEST(SettingsRoutes, AreChangedByManagersAndLogged) {
    Server server;
    const std::string owner = server.owner();
    const Answer before = server.get("/settings", owner);
    EXPECT_EQ(before["team_name"].string_or(), "Lamps");
    EXPECT_EQ(before["language"].string_or(), "th");
    EXPECT_EQ(before["database"].string_or(), "sqlite");
    EXPECT_GT(before["data_folder_free_bytes"].integer_or(0), 0);
    const auto patch = [&](const std::string& body, const std::string& token) {
        return server.send(http::Method::patch, "/settings", body, token);
    };
    EXPECT_EQ(patch(R"({"language":"xx"})", owner).code, "request.language");
    EXPECT_EQ(patch(R"({"team_name":"Bright Lamps","time_zone":"Asia/Bangkok"})", owner)["team_name"].string_or(),
              "Bright Lamps");
    const std::string viewer = server.member("eve", "viewer", owner);
    EXPECT_EQ(patch(R"({"language":"vi"})", viewer).code, "permission.denied");
    EXPECT_EQ(server.get("/settings", viewer)["time_zone"].string_or(), "Asia/Bangkok");
    const Answer log = server.get("/audit?kind=settings.", owner);
    ASSERT_EQ(log["rows"].items().size(), 2u);
    EXPECT_EQ(log["rows"].at(1)["detail"]["from"].string_or(), "Lamps");
}

TEST(SettingsRoutes, TheOwnerShortensTermsWithinTheirBounds) {
    Server server;
    const std::string owner = server.owner();
    const Answer before = server.get("/settings", owner);
    EXPECT_EQ(before["rules_version"].string_or(), engine().rules().version);
    ASSERT_EQ(before["retention"].items().size(), 4u);
    const base::Json buyers = before["retention"].at(2);
    EXPECT_EQ(buyers["term"].string_or(), "buyers");
    EXPECT_EQ(buyers["days"].integer_or(0), 90);
    EXPECT_EQ(buyers["most"].integer_or(0), 90);
    const auto patch = [&](const std::string& body, const std::string& token) {
        return server.send(http::Method::patch, "/settings/retention", body, token);
    };
    for (const char* wrong : {R"({"buyers":91})", R"({"buyers":0})", R"({"messages":181})", R"({"settled_buyers":31})",
                              R"({"raw_events":91})", R"({"raw_events":2})", R"({"buyers":-1})"})
        EXPECT_EQ(patch(wrong, owner).status, 422) << wrong;
    const Answer after = patch(R"({"buyers":30,"settled_buyers":30})", owner);
    ASSERT_EQ(after.status, 200) << after.body;
    EXPECT_EQ(after["retention"].at(2)["days"].integer_or(0), 30);
    EXPECT_EQ(after["retention"].at(3)["days"].integer_or(0), 180);
    const Answer log = server.get("/audit?kind=settings.", owner);
    ASSERT_EQ(log["rows"].items().size(), 1u) << "only what changed";
    EXPECT_EQ(log["rows"].at(0)["detail"]["setting"].string_or(), "retention_buyers");
    EXPECT_EQ(log["rows"].at(0)["detail"]["to"].string_or(), "30");
    EXPECT_EQ(patch(R"({"buyers":31})", server.member("mia", "manager", owner)).code, "permission.denied");
}

TEST(SettingsRoutes, MyChoicesAndPassword) {
    Server server;
    const std::string owner = server.owner();
    const Answer me = server.send(http::Method::patch, "/me", R"({"theme":"dark","letter_keys":false})", owner);
    EXPECT_EQ(me["theme"].string_or(), "dark");
    EXPECT_EQ(me["letter_keys"].boolean(), false);
    EXPECT_EQ(server.send(http::Method::patch, "/me", R"({"role":"owner"})", owner).code, "request.unknown_field");
    EXPECT_EQ(server.post("/me/password", R"({"current":"wrong","new":"slow river of tin"})", owner).code,
              "password.wrong");
    const Answer changed =
        server.post("/me/password", R"({"current":"lantern under quiet gravel","new":"slow river of tin"})", owner);
    EXPECT_EQ(changed.status, 204);
    EXPECT_EQ(server.state(changed.cookie), "signed_in");
    EXPECT_EQ(server.state(owner), "signed_out");
}

}  // namespace
}  // namespace api
