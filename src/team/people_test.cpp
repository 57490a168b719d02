#include <gtest/gtest.h>

#include "db/database.h"
#include "db/settings.h"
#include "db/stores.h"
#include "team/test_world_test.h"

namespace team {
namespace {

using model::Role;
using test::k_cli;
using test::k_password;
using test::k_visitor;
using test::outcome;
using test::World;

model::StoreId add_store(World& world, const std::string& name) {
    model::Store store;
    store.name = name;
    store.region = "SG";
    return world.db->write(db::Lane::interactive, [&](db::Tx& tx) { return db::add_store(tx, store); })->id;
}

TEST(Invitation, WorksOnceForSevenDays) {
    World world;
    world.owner();
    const Invitation invitation = world.team.add_person({"Anna", "Anna Lim", Role::support, {}}, k_cli).value();
    EXPECT_EQ(invitation.person.login, "anna");
    EXPECT_EQ(invitation.expires_at - world.db.clock.now(), base::days(7));
    std::vector<model::PersonId> invited;
    ASSERT_TRUE(world.team.people(&invited));
    EXPECT_EQ(invited, std::vector{invitation.person.id});
    const std::string link(invitation.token.reveal());
    EXPECT_EQ(outcome(world.team.accept_invitation(link, "anna 1234567890", k_visitor)), "password.context");
    const Opened opened = world.team.accept_invitation(link, k_password, k_visitor).value();
    EXPECT_EQ(opened.caller.state, SignedIn::enrolling);
    EXPECT_EQ(outcome(world.team.accept_invitation(link, k_password, k_visitor)), "invitation.token");
    const Invitation late = world.team.add_person({"ben", "Ben", Role::viewer, {}}, k_cli).value();
    world.db.clock.advance(base::days(7));
    EXPECT_EQ(outcome(world.team.accept_invitation(late.token.reveal(), k_password, k_visitor)), "invitation.token");
}

TEST(Invitation, IsRefusedForWhatIsNoInvitation) {
    World world;
    const base::Secret setup = world.team.make_setup_token().value();
    EXPECT_EQ(outcome(world.team.accept_invitation(setup.reveal(), k_password, k_visitor)), "invitation.token");
    // Still good for what it is.
    EXPECT_EQ(outcome(world.team.set_up({std::string(setup.reveal()), "olga", "Olga", std::string(k_password), "", ""},
                                        k_visitor)),
              "ok");
}

TEST(People, AreAddedOnlyWithGoodInput) {
    World world;
    world.owner();
    const auto add = [&](const std::string& login, const std::string& name, std::vector<model::StoreId> stores = {}) {
        return outcome(world.team.add_person({login, name, Role::viewer, std::move(stores)}, k_cli));
    };
    EXPECT_EQ(add("", "Anna"), "person.login");
    EXPECT_EQ(add("an na", "Anna"), "person.login");
    EXPECT_EQ(add(std::string("an\x01na"), "Anna"), "person.login");
    EXPECT_EQ(add("anna", " "), "person.name");
    EXPECT_EQ(add("anna", std::string(101, 'a')), "person.name");
    EXPECT_EQ(add("anna", "Anna", {{99}}), "person.store");
    EXPECT_EQ(add("OWNER@lamps.example", "Olga"), "person.exists");
    EXPECT_EQ(add("anna", "Anna", {add_store(world, "Bright")}), "ok");
    EXPECT_EQ(world.team.people()->size(), 2u);
}

TEST(People, NewRightsBeginWithANewSignIn) {
    World world;
    world.owner();
    const model::StoreId store = add_store(world, "Bright");
    const World::Member anna = world.member("anna", Role::support);
    const auto edit = [&](const PersonChange& change) {
        return world.team.edit_person(anna.caller().person.id, change, k_cli);
    };
    EXPECT_EQ(edit({Role::support, {}, {}})->version, anna.caller().person.version);  // Nothing changes, nothing ends.
    EXPECT_EQ(world.state(anna.token()), SignedIn::yes);
    EXPECT_EQ(edit({{}, std::vector{store}, {}})->stores, std::vector{store});
    EXPECT_EQ(world.state(anna.token()), SignedIn::no);
    const Opened again = world.sign_in("anna", anna.totp);
    EXPECT_EQ(edit({Role::manager, {}, {}})->role, Role::manager);
    EXPECT_EQ(world.state(again.token.reveal()), SignedIn::no);
    EXPECT_EQ(edit({{}, std::vector<model::StoreId>{{99}}, {}}).error().key, "person.store");
    EXPECT_EQ(world.log("person.changed").size(), 2u);
}

TEST(People, DisablingEndsEverything) {
    World world;
    world.owner();
    const World::Member anna = world.member("anna", Role::support);
    const World::Member ben = world.member("ben", Role::support);
    const Invitation reset = world.team.reset_person(ben.caller().person.id, k_cli).value();
    // Another instance has just looked at the session.
    Team other(*world.db, test::load_rules(), world.db.clock, world.db.random);
    EXPECT_EQ(other.identify(anna.token())->state, SignedIn::yes);
    EXPECT_TRUE(other.alive(anna.caller().session));
    for (const World::Member* member : {&anna, &ben})
        ASSERT_TRUE(world.team.edit_person(member->caller().person.id, {{}, {}, true}, k_cli));
    EXPECT_EQ(world.state(anna.token()), SignedIn::no);
    EXPECT_FALSE(other.alive(anna.caller().session));  // Open event streams, at the next look.
    world.db.clock.advance(base::seconds(5));
    EXPECT_EQ(other.identify(anna.token())->state, SignedIn::no);
    EXPECT_EQ(outcome(world.team.sign_in("anna", k_password, {}, k_visitor)), "session.refused");
    EXPECT_EQ(outcome(world.team.accept_invitation(reset.token.reveal(), k_password, k_visitor)), "invitation.token");
    EXPECT_EQ(outcome(world.team.reset_person(anna.caller().person.id, k_cli)), "person.disabled");
    // Enabled again, the person signs in anew.
    ASSERT_TRUE(world.team.edit_person(anna.caller().person.id, {{}, {}, false}, k_cli));
    EXPECT_EQ(world.state(anna.token()), SignedIn::no);
    EXPECT_EQ(outcome(world.team.sign_in("anna", k_password, {}, k_visitor)), "ok");
}

TEST(People, SomebodyStaysInCharge) {
    World world;
    const World::Member owner = world.owner();
    const model::PersonId id = owner.caller().person.id;
    EXPECT_EQ(outcome(world.team.edit_person(id, {{}, {}, true}, k_cli)), "person.last_owner");
    EXPECT_EQ(outcome(world.team.edit_person(id, {Role::manager, {}, {}}, k_cli)), "person.last_owner");
    // An owner who never came is nobody in charge.
    const Invitation second = world.team.add_person({"anna", "Anna", Role::owner, {}}, k_cli).value();
    EXPECT_EQ(outcome(world.team.edit_person(id, {{}, {}, true}, k_cli)), "person.last_owner");
    world.enrol(world.team.accept_invitation(second.token.reveal(), k_password, k_visitor).value());
    EXPECT_EQ(outcome(world.team.edit_person(id, {{}, {}, true}, k_cli)), "ok");
    EXPECT_EQ(outcome(world.team.edit_person(second.person.id, {Role::viewer, {}, {}}, k_cli)), "person.last_owner");
}

// AUTH-9
TEST(People, ResetKeepsTheSecondFactorAndEndsAllSessions) {
    World world;
    world.owner();
    const World::Member anna = world.member("anna", Role::support);
    const Invitation first = world.team.reset_person(anna.caller().person.id, k_cli).value();
    const Invitation reset = world.team.reset_person(anna.caller().person.id, k_cli).value();
    EXPECT_EQ(world.state(anna.token()), SignedIn::no);
    EXPECT_EQ(outcome(world.team.sign_in("anna", k_password, {}, k_visitor)), "session.refused");
    const std::string wanted = "slow river of tin";
    EXPECT_EQ(outcome(world.team.accept_invitation(first.token.reveal(), wanted, k_visitor)), "invitation.token");
    const Opened half = world.team.accept_invitation(reset.token.reveal(), wanted, k_visitor).value();
    EXPECT_EQ(half.caller.state, SignedIn::first_factor);
    EXPECT_EQ(outcome(world.team.enter_code(world.fresh_code(anna.totp), {}, half.caller, k_visitor)), "ok");
}

TEST(People, ResetLiftsALock) {
    World world;
    world.owner();
    const World::Member anna = world.member("anna", Role::support);
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(world.team.sign_in("anna", "wrong", {}, k_visitor));
    EXPECT_EQ(outcome(world.team.sign_in("anna", k_password, {}, k_visitor)), "session.throttled");
    const Invitation reset = world.team.reset_person(anna.caller().person.id, k_cli).value();
    ASSERT_TRUE(world.team.accept_invitation(reset.token.reveal(), k_password, k_visitor));
    EXPECT_EQ(outcome(world.team.sign_in("anna", k_password, {}, k_visitor)), "ok");
}

TEST(Me, ChangesOnesOwnChoicesOnly) {
    World world;
    const World::Member owner = world.owner();
    const auto edit = [&](const MyChange& change) {
        return outcome(world.team.edit_me(change, owner.caller(), k_visitor));
    };
    MyChange change;
    change.theme = "pink";
    EXPECT_EQ(edit(change), "request.field");
    change.theme = "dark";
    change.language = "xx";
    EXPECT_EQ(edit(change), "request.language");
    change.language = "zh-CN";
    change.time_zone = "Asia/Singa pore";
    EXPECT_EQ(edit(change), "request.time_zone");
    change.time_zone = "Asia/Singapore";
    change.letter_keys = false;
    EXPECT_EQ(edit(change), "ok");
    const model::Person person = world.team.identify(owner.token())->person;
    EXPECT_EQ(person.theme, "dark");
    EXPECT_EQ(person.language, "zh-CN");
    EXPECT_EQ(person.time_zone, "Asia/Singapore");
    EXPECT_FALSE(person.letter_keys);
    EXPECT_EQ(person.role, Role::owner);
    EXPECT_TRUE(world.log("person.changed").empty());
    change.name = "Olga Tan";
    EXPECT_EQ(edit(change), "ok");
    EXPECT_EQ(world.log("person.changed").at(0).detail.at("name_to"), "Olga Tan");
}

}  // namespace
}  // namespace team
