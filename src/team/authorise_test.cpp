#include "team/authorise.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace team {
namespace {

using model::Action;
using model::Role;

const base::Time k_now = base::Time::from_unix_seconds(1'767'225'600);

Caller caller(SignedIn state, Role role = Role::owner, std::vector<model::StoreId> stores = {}) {
    Caller made;
    made.state = state;
    made.person.id = {7};
    made.person.role = role;
    made.person.stores = std::move(stores);
    made.step_up_until = k_now + base::minutes(5);
    return made;
}

std::string outcome(const base::Result<void>& result) {
    return result ? "ok" : result.error().key;
}

TEST(Authorise, HalfASignInReachesNothingButItsOwnSession) {
    for (const Action action : model::all_actions()) {
        if (action == Action::open_public || action == Action::webhook) continue;
        for (const SignedIn least : {SignedIn::no, SignedIn::first_factor, SignedIn::enrolling, SignedIn::yes}) {
            if (action == Action::own_session && least != SignedIn::yes) continue;
            EXPECT_EQ(outcome(authorise(caller(SignedIn::no), action, {}, k_now, least)), "session.required");
            EXPECT_EQ(outcome(authorise(caller(SignedIn::first_factor), action, {}, k_now, least)),
                      "session.code_required");
            EXPECT_EQ(outcome(authorise(caller(SignedIn::enrolling), action, {}, k_now, least)),
                      "session.enrol_required");
        }
    }
}

TEST(Authorise, OwnSessionRoutesTakeWhatTheyAskFor) {
    const auto own = [](SignedIn state, SignedIn least) {
        return outcome(authorise(caller(state), Action::own_session, {}, k_now, least));
    };
    EXPECT_EQ(own(SignedIn::first_factor, SignedIn::first_factor), "ok");
    EXPECT_EQ(own(SignedIn::enrolling, SignedIn::first_factor), "ok");  // Signing out again.
    EXPECT_EQ(own(SignedIn::enrolling, SignedIn::enrolling), "ok");
    // Who has a second factor cannot skip it by enrolling a new one.
    EXPECT_EQ(own(SignedIn::first_factor, SignedIn::enrolling), "session.code_required");
    EXPECT_EQ(own(SignedIn::yes, SignedIn::enrolling), "ok");
    EXPECT_EQ(own(SignedIn::no, SignedIn::no), "session.required");
}

TEST(Authorise, FollowsTheRoleAndItsStores) {
    const model::StoreId own{3};
    const model::StoreId other{4};
    for (const Action action : model::all_actions())
        for (const Role role : {Role::owner, Role::manager, Role::support, Role::viewer})
            for (const std::optional<model::StoreId> store : {std::optional<model::StoreId>(), {own}, {other}}) {
                const Caller who = caller(SignedIn::yes, role, {own});
                const bool open = action == Action::open_public || action == Action::webhook;
                const bool expected = open || model::may(role, {own}, action, store);
                EXPECT_EQ(outcome(authorise(who, action, store, k_now)), expected ? "ok" : "permission.denied")
                    << model::name(action) << " " << model::name(role);
            }
}

TEST(Authorise, DisabledPeopleMayNothing) {
    Caller who = caller(SignedIn::yes);
    who.person.disabled = true;
    EXPECT_EQ(outcome(authorise(who, Action::view_orders, {}, k_now)), "permission.denied");
    EXPECT_EQ(outcome(authorise(who, Action::own_session, {}, k_now)), "permission.denied");
}

TEST(Authorise, StepUpLastsFiveMinutes) {
    for (const Action action : model::all_actions()) {
        if (!model::needs_step_up(action)) continue;
        const Caller who = caller(SignedIn::yes);
        EXPECT_EQ(outcome(authorise(who, action, {}, k_now)), "ok");
        EXPECT_EQ(outcome(authorise(who, action, {}, who.step_up_until - base::milliseconds(1))), "ok");
        EXPECT_EQ(outcome(authorise(who, action, {}, who.step_up_until)), "step_up_required");
    }
    // Who may not do it at all is not asked for a code first.
    Caller viewer = caller(SignedIn::yes, Role::viewer);
    viewer.step_up_until = {};
    EXPECT_EQ(outcome(authorise(viewer, Action::edit_people, {}, k_now)), "permission.denied");
}

}  // namespace
}  // namespace team
