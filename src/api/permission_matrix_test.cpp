#include <fmt/format.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "api/gate.h"
#include "api/router.h"
#include "base/json.h"
#include "db/test_support.h"
#include "team/team.h"

// AUTHZ-2: every route, every role, every limit of stores, every way of being signed in. No cell is left out: what runs
// is the list of routes that the server runs, with its own gate; only the handlers count instead of answering.
namespace api {
namespace {

using model::Role;

constexpr model::StoreId k_named{3};  // The store in the paths.
constexpr model::StoreId k_other{4};

int handled = 0;

base::Result<http::Response> count(Services&, const Call&) {
    ++handled;
    return http::Response{};
}

Services& no_services() {
    alignas(16) static char memory[16];
    return reinterpret_cast<Services&>(memory);
}

std::string path_of(const Route& route, std::string_view store) {
    std::string path = "/api/v1";
    std::size_t from = 0;
    for (std::size_t open = route.path.find('{'); open != std::string_view::npos; open = route.path.find('{', from)) {
        path += route.path.substr(from, open - from);
        from = route.path.find('}', open) + 1;
        path += route.path.substr(open, from - open) == "{store}" ? store : "x_1";
    }
    return path + std::string(route.path.substr(from));
}

bool names_store(const Route& route) {
    return route.path.find("{store}") != std::string_view::npos;
}

http::Request request_for(const Route& route, std::string_view store) {
    http::Request request;
    request.method = route.method;
    request.path = path_of(route, store);
    request.host = "console.example";
    request.headers = {{"x-stallward", "1"}, {"sec-fetch-site", "same-origin"}};
    return request;
}

// How far somebody is, and whether the second factor is fresh.
struct Stand {
    SignedIn state;
    bool fresh;
};
constexpr Stand k_stands[] = {{SignedIn::no, false},
                              {SignedIn::first_factor, false},
                              {SignedIn::enrolling, false},
                              {SignedIn::yes, false},
                              {SignedIn::yes, true}};
constexpr Role k_roles[] = {Role::owner, Role::manager, Role::support, Role::viewer};

// What half a sign-in reaches is written down here a second time, so that a route that asks for too little is seen.
bool half_reaches(SignedIn state, std::string_view operation) {
    if (state == SignedIn::first_factor) return operation == "signInCode" || operation == "signOut";
    return operation == "signInCode" || operation == "signOut" || operation == "beginSecondFactor" ||
           operation == "confirmSecondFactor";
}

// "ok" or the code of the problem.
std::string expected(const Route& route, const Stand& stand, Role role, const std::vector<model::StoreId>& limits,
                     std::optional<model::StoreId> store) {
    if (route.action == model::Action::open_public) return "ok";
    if (stand.state == SignedIn::no) return "session.required";
    if (stand.state != SignedIn::yes) {
        if (half_reaches(stand.state, route.operation)) return "ok";
        return stand.state == SignedIn::first_factor ? "session.code_required" : "session.enrol_required";
    }
    if (!model::may(role, limits, route.action, store)) return "permission.denied";
    return model::needs_step_up(route.action) && !stand.fresh ? "step_up_required" : "ok";
}

TEST(PermissionMatrix, EveryCellIsDecidedAsTheRolesSay) {
    db::test::TestDatabase db;
    team::Team team{*db, team::PasswordRules::load(STALLWARD_SOURCE_DIR "/rules").value(), db.clock, db.random};

    std::vector<Route> routes = all_routes();
    for (Route& route : routes) {
        route.handler = &count;
        // The shape of a body is looked at after the gate; here only the gate is asked.
        route.body.clear();
    }
    Caller caller;
    caller.person.id = {7};
    const Router router(
        routes, [&caller](const http::Request&) -> base::Result<Caller> { return caller; }, authorise_by_team(team));

    int cells = 0;
    int open = 0;
    for (const Route& route : routes)
        for (const std::string_view text : {"s_3", "not-a-store"}) {
            if (text != "s_3" && !names_store(route)) continue;
            // What is no store is nobody's: only who is not limited gets as far as the handler, which says not_found.
            const model::StoreId named = text == "s_3" ? k_named : model::StoreId{-1};
            const std::optional<model::StoreId> store = names_store(route) ? std::optional(named) : std::nullopt;
            for (const Stand& stand : k_stands)
                for (const Role role : k_roles)
                    for (const std::vector<model::StoreId>& limits :
                         {std::vector{k_named}, std::vector{k_other}, std::vector<model::StoreId>{}}) {
                        caller.state = stand.state;
                        caller.person.role = role;
                        caller.person.stores = limits;
                        caller.step_up_until = stand.fresh ? db.clock.now() + base::minutes(5) : base::Time{};
                        handled = 0;
                        const http::Response answer = router.handle(no_services(), request_for(route, text));
                        const std::string want = expected(route, stand, role, limits, store);
                        const std::string cell = fmt::format(
                            "{} {} role {} state {} fresh {} limit {}", route.operation, text, model::name(role),
                            static_cast<int>(stand.state), stand.fresh, limits.empty() ? "none" : limits[0].text());
                        ++cells;
                        if (want == "ok") {
                            ++open;
                            EXPECT_EQ(handled, 1) << cell << ": " << answer.body;
                            EXPECT_EQ(answer.status, 200) << cell;
                        } else {
                            EXPECT_EQ(handled, 0) << cell;
                            EXPECT_EQ(answer.status, want.starts_with("session.") ? 401 : 403) << cell;
                            const auto problem = base::JsonDocument::parse(answer.body);
                            ASSERT_TRUE(problem) << cell;
                            EXPECT_EQ((*problem)["code"].string_or(), want) << cell;
                        }
                    }
        }
    int with_store = 0;
    for (const Route& route : routes) with_store += names_store(route) ? 1 : 0;
    // States (with and without a fresh code) x roles x limits, and once more for a path whose store is none.
    EXPECT_EQ(cells, (static_cast<int>(routes.size()) + with_store) * 5 * 4 * 3);
    EXPECT_GT(open, 0);
    fmt::print("{} routes, {} cells, {} of them open\n", routes.size(), cells, open);
    RecordProperty("cells", cells);
}

}  // namespace
}  // namespace api
