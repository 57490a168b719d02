#include <gtest/gtest.h>

#include <thread>

#include "db/database.h"
#include "team/authorise.h"
#include "team/test_world_test.h"
#include "team/token.h"

namespace team {
namespace {

using test::k_password;
using test::k_visitor;
using test::outcome;
using test::World;

TEST(SetUp, MakesTheOwnerOnceWithTheTokenOfTheConsole) {
    World world;
    EXPECT_TRUE(world.team.needs_setup().value());
    const base::Secret token = world.team.make_setup_token().value();
    EXPECT_GE(token.size() * 6, 128u);
    FirstOwner input{"", "Owner@Lamps.example", "Olga", std::string(k_password), "Lamps", "th"};
    input.token = std::string(43, 'A');
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "setup.token");
    input.token = "short";
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "setup.token");
    input.token = token.reveal();
    input.password = "too short";
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "password.too_short");
    input.password = "owner@lamps.example1";
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "password.context");
    input.password = k_password;
    const Opened opened = world.team.set_up(input, k_visitor).value();
    EXPECT_EQ(opened.caller.state, SignedIn::enrolling);
    EXPECT_EQ(opened.caller.person.role, model::Role::owner);
    EXPECT_EQ(opened.caller.person.login, "owner@lamps.example");
    EXPECT_EQ(opened.caller.person.language, "th");
    EXPECT_FALSE(world.team.needs_setup().value());
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "setup.done");
    EXPECT_EQ(outcome(world.team.make_setup_token()), "setup.done");
}

TEST(SetUp, TokenDiesAfterAnHourAndWhenThereIsANewerOne) {
    World world;
    const base::Secret first = world.team.make_setup_token().value();
    const base::Secret second = world.team.make_setup_token().value();
    FirstOwner input{std::string(first.reveal()), "olga", "Olga", std::string(k_password), "", ""};
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "setup.token");
    world.db.clock.advance(base::minutes(60));
    input.token = second.reveal();
    EXPECT_EQ(outcome(world.team.set_up(input, k_visitor)), "setup.token");
}

TEST(SetUp, FreshInstallationHasNoWorkingCredentials) {
    World world;
    for (const std::string login : {"admin", "owner", "root", "stallward", ""})
        EXPECT_EQ(outcome(world.team.sign_in(login, "admin", {}, k_visitor)), "session.refused");
}

TEST(SignIn, AsksForBothFactorsAndGivesANewTokenEachTime) {
    World world;
    const World::Member owner = world.owner();
    EXPECT_EQ(world.state(owner.token()), SignedIn::yes);
    const Opened half = world.team.sign_in(" OWNER@lamps.example ", k_password, {}, k_visitor).value();
    EXPECT_EQ(half.caller.state, SignedIn::first_factor);
    EXPECT_EQ(world.state(half.token.reveal()), SignedIn::first_factor);
    const std::string code = world.fresh_code(owner.totp);
    EXPECT_EQ(outcome(world.team.enter_code(World::wrong_code(code), {}, half.caller, k_visitor)), "session.refused");
    const Opened full = world.team.enter_code(code, {}, half.caller, k_visitor).value();
    EXPECT_EQ(full.caller.state, SignedIn::yes);
    EXPECT_EQ(world.state(full.token.reveal()), SignedIn::yes);
    EXPECT_EQ(world.state(half.token.reveal()), SignedIn::no);  // Dead at once.
    EXPECT_NE(full.token.reveal(), owner.token());
    EXPECT_EQ(outcome(world.team.enter_code(code, {}, full.caller, k_visitor)), "session.no_code_asked");
}

// AUTH-5: every reason looks the same from outside.
TEST(SignIn, GivesOneAnswerForEveryReason) {
    World world;
    const World::Member owner = world.owner();
    const World::Member anna = world.member("anna", model::Role::support);
    ASSERT_TRUE(world.team.edit_person(anna.caller().person.id, {{}, {}, true}, test::k_cli));
    ASSERT_TRUE(world.team.add_person({"ben", "Ben", model::Role::viewer, {}}, test::k_cli));  // Never accepted.
    const auto answer = [&](const std::string& login, std::string_view password) {
        return world.team.sign_in(login, password, {}, k_visitor).error();
    };
    const base::Error unknown = answer("nobody", k_password);
    const Opened half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    const base::Error wrong_code = world.team.enter_code("000000", {}, half.caller, k_visitor).error();
    for (const base::Error& error : {answer("owner@lamps.example", "wrong"), answer("anna", k_password),
                                     answer("ben", ""), answer("ben", k_password), wrong_code}) {
        EXPECT_EQ(error.code, unknown.code);
        EXPECT_EQ(error.key, unknown.key);
        EXPECT_EQ(error.retry_after_s, unknown.retry_after_s);
    }
}

TEST(SignIn, ACodeWorksOnce) {
    World world;
    const World::Member owner = world.owner();
    const Opened first = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    const Opened second = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    const std::string code = world.fresh_code(owner.totp);
    EXPECT_EQ(outcome(world.team.enter_code(code, {}, first.caller, k_visitor)), "ok");
    EXPECT_EQ(outcome(world.team.enter_code(code, {}, second.caller, k_visitor)), "session.refused");
    // A second instance on the same database knows it too.
    Team other(*world.db, test::load_rules(), world.db.clock, world.db.random);
    EXPECT_EQ(outcome(other.enter_code(code, {}, second.caller, k_visitor)), "session.refused");
    EXPECT_EQ(outcome(other.enter_code(world.fresh_code(owner.totp), {}, second.caller, k_visitor)), "ok");
}

TEST(SignIn, OneCodeRacedByManyOpensOneSession) {
    World world;
    const World::Member owner = world.owner();
    std::vector<Opened> halves;
    for (int i = 0; i < 4; ++i)
        halves.push_back(world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value());
    const std::string code = world.fresh_code(owner.totp);
    std::atomic<int> in = 0;
    std::vector<std::thread> threads;
    threads.reserve(halves.size());
    for (const Opened& half : halves)
        threads.emplace_back([&] {
            if (world.team.enter_code(code, {}, half.caller, k_visitor)) ++in;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(in, 1);
}

TEST(SignIn, RecoveryCodesWorkOnceEach) {
    World world;
    const World::Member owner = world.owner();
    ASSERT_EQ(owner.recovery_codes.size(), 10u);
    const auto enter = [&](const std::string& code) {
        const Opened half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
        return outcome(world.team.enter_code({}, code, half.caller, k_visitor));
    };
    EXPECT_EQ(enter(owner.recovery_codes[3]), "ok");
    EXPECT_EQ(enter(owner.recovery_codes[3]), "session.refused");
    EXPECT_EQ(enter(owner.recovery_codes[4]), "ok");
    EXPECT_EQ(enter("AAAA-AAAA-AAAA-AAAA"), "session.refused");
}

TEST(SignIn, TheSessionTheBrowserHadEnds) {
    World world;
    const World::Member owner = world.owner();
    ASSERT_TRUE(world.team.sign_in("owner@lamps.example", k_password, owner.caller(), k_visitor));
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
}

TEST(Throttle, FifthFailureInARowStopsTheAccountForASecondThenTwo) {
    World world;
    world.owner();
    const auto guess = [&](std::string_view login) {
        return world.team.sign_in(login, "wrong", {}, k_visitor).error();
    };
    for (const std::string_view login : {"owner@lamps.example", "nobody"}) {  // Known or not: the same law.
        for (int i = 0; i < 5; ++i) EXPECT_EQ(guess(login).key, "session.refused") << i;
        EXPECT_EQ(guess(login).key, "session.throttled");
        EXPECT_EQ(guess(login).retry_after_s, 1);
        world.db.clock.advance(base::seconds(1));
        EXPECT_EQ(guess(login).key, "session.refused");
        EXPECT_EQ(guess(login).retry_after_s, 2);
        world.db.clock.advance(base::milliseconds(1'999));
        EXPECT_EQ(guess(login).key, "session.throttled");
    }
    world.db.clock.advance(base::milliseconds(1));
    // The right password begins a new count.
    EXPECT_EQ(outcome(world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor)), "ok");
    EXPECT_EQ(guess("owner@lamps.example").key, "session.refused");
}

TEST(Throttle, AHundredWrongCodesLockUntilAnOwnerOpens) {
    World world;
    const World::Member owner = world.owner();
    const Caller caller = owner.caller();
    int checked = 0;
    for (int guess = 0; guess < 1'000; ++guess) {
        Visitor visitor = k_visitor;
        visitor.address = "198.51." + std::to_string(guess / 40) + ".1";  // From many networks.
        const auto answer = world.team.step_up("000000", caller, visitor);
        ASSERT_FALSE(answer);
        if (answer.error().key == "second_factor.refused") ++checked;
        if (answer.error().key == "session.locked") break;
        world.db.clock.advance(base::seconds(answer.error().retry_after_s.value_or(0)));
    }
    EXPECT_EQ(checked, 100);
    world.db.clock.advance(base::days(300));
    ASSERT_TRUE(world.team.sweep());
    EXPECT_EQ(outcome(world.team.step_up(world.fresh_code(owner.totp), caller, k_visitor)), "session.locked");
    ASSERT_TRUE(world.team.unlock_person(caller.person.id, test::k_cli));
    const Opened half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    EXPECT_EQ(outcome(world.team.enter_code(world.fresh_code(owner.totp), {}, half.caller, k_visitor)), "ok");
    EXPECT_EQ(world.log("account.locked").size(), 1u);
    EXPECT_EQ(world.log("account.unlocked").size(), 1u);
}

TEST(Throttle, FiftyFailuresAnHourFromOneNetwork) {
    World world;
    int checked = 0;
    std::string last;
    for (int i = 0; i < 60; ++i) {
        Visitor visitor = k_visitor;
        visitor.address = "203.0.113." + std::to_string(i + 1);
        // Guessing one-time links costs no password hash.
        last = outcome(world.team.accept_invitation(std::string(43, 'A'), k_password, visitor));
        if (last == "invitation.token") ++checked;
    }
    EXPECT_EQ(checked, 50);
    EXPECT_EQ(last, "session.throttled");
    Visitor elsewhere = k_visitor;
    elsewhere.address = "203.0.114.1";
    EXPECT_EQ(outcome(world.team.accept_invitation(std::string(43, 'A'), k_password, elsewhere)), "invitation.token");
    world.db.clock.advance(base::hours(1));
    elsewhere.address = "203.0.113.1";
    EXPECT_EQ(outcome(world.team.accept_invitation(std::string(43, 'A'), k_password, elsewhere)), "invitation.token");
}

TEST(Throttle, ParallelGuessesDoNotSlipThrough) {
    World world;
    const World::Member owner = world.owner();
    std::atomic<int> checked = 0;
    std::vector<std::thread> threads;
    threads.reserve(40);
    for (int i = 0; i < 40; ++i)
        threads.emplace_back([&] {
            if (world.team.step_up("000000", owner.caller(), k_visitor).error().key == "second_factor.refused")
                ++checked;
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(checked, 5);
}

TEST(StepUp, LastsFiveMinutesAndGivesANewToken) {
    World world;
    const World::Member owner = world.owner();
    world.db.clock.advance(base::minutes(6));
    Caller caller = world.team.identify(owner.token()).value();
    EXPECT_FALSE(require_step_up(caller, world.db.clock.now()));
    const Opened opened = world.team.step_up(world.fresh_code(owner.totp), caller, k_visitor).value();
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
    caller = world.team.identify(opened.token.reveal()).value();
    EXPECT_EQ(caller.session, owner.caller().session);
    EXPECT_TRUE(require_step_up(caller, world.db.clock.now()));
    world.db.clock.advance(base::minutes(5));
    EXPECT_FALSE(require_step_up(caller, world.db.clock.now()));
}

TEST(SecondFactor, ReplacementNeedsAStepUpAndEndsOtherSessions) {
    World world;
    const World::Member owner = world.owner();
    const Opened other = world.sign_in("owner@lamps.example", owner.totp);
    world.db.clock.advance(base::minutes(6));
    Caller caller = world.team.identify(owner.token()).value();
    EXPECT_EQ(outcome(world.team.begin_second_factor(caller)), "step_up_required");
    Opened fresh = world.team.step_up(world.fresh_code(owner.totp), caller, k_visitor).value();
    EXPECT_EQ(outcome(world.team.confirm_second_factor("123456", fresh.caller, k_visitor)), "second_factor.expired");
    const base::Secret wanted = World::secret_of(world.team.begin_second_factor(fresh.caller).value());
    // Until it is confirmed the old one stays in force.
    Opened half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    EXPECT_EQ(half.caller.state, SignedIn::first_factor);
    EXPECT_EQ(outcome(world.team.enter_code(world.fresh_code(wanted), {}, half.caller, k_visitor)), "session.refused");
    EXPECT_EQ(
        outcome(world.team.confirm_second_factor(World::wrong_code(world.fresh_code(wanted)), fresh.caller, k_visitor)),
        "second_factor.refused");
    const Confirmed confirmed =
        world.team.confirm_second_factor(world.fresh_code(wanted), fresh.caller, k_visitor).value();
    EXPECT_EQ(world.state(confirmed.opened.token.reveal()), SignedIn::yes);
    EXPECT_EQ(world.state(other.token.reveal()), SignedIn::no);
    half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    EXPECT_EQ(outcome(world.team.enter_code({}, owner.recovery_codes[0], half.caller, k_visitor)), "session.refused");
    EXPECT_EQ(outcome(world.team.enter_code(world.fresh_code(wanted), {}, half.caller, k_visitor)), "ok");
}

TEST(SecondFactor, EnrolmentMustBeFinishedInTime) {
    World world;
    const base::Secret token = world.team.make_setup_token().value();
    const Opened opened =
        world.team.set_up({std::string(token.reveal()), "olga", "Olga", std::string(k_password), "", ""}, k_visitor)
            .value();
    const base::Secret secret = World::secret_of(world.team.begin_second_factor(opened.caller).value());
    world.db.clock.advance(base::minutes(15));
    EXPECT_EQ(
        outcome(world.team.confirm_second_factor(totp_code(secret, world.db.clock.now()), opened.caller, k_visitor)),
        "second_factor.expired");
}

TEST(Password, ChangingItEndsOtherSessions) {
    World world;
    const World::Member owner = world.owner();
    const Opened other = world.sign_in("owner@lamps.example", owner.totp);
    const std::string wanted = "slow river of tin";
    EXPECT_EQ(outcome(world.team.change_password("wrong", wanted, owner.caller(), k_visitor)), "password.wrong");
    EXPECT_EQ(outcome(world.team.change_password(k_password, "1qaz2wsx3edc", owner.caller(), k_visitor)),
              "password.common");
    // Twelve are enough beside a second factor.
    EXPECT_EQ(outcome(world.team.change_password(k_password, "Lamps-olga12", owner.caller(), k_visitor)),
              "password.context");
    const Opened opened = world.team.change_password(k_password, wanted, owner.caller(), k_visitor).value();
    EXPECT_EQ(world.state(opened.token.reveal()), SignedIn::yes);
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
    EXPECT_EQ(world.state(other.token.reveal()), SignedIn::no);
    EXPECT_EQ(outcome(world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor)), "session.refused");
    EXPECT_EQ(outcome(world.team.sign_in("owner@lamps.example", wanted, {}, k_visitor)), "ok");
}

TEST(Audit, ActionWithoutItsLeafDoesNotHappen) {
    World world;
    const World::Member owner = world.owner();
    ASSERT_TRUE(world.db->write(db::Lane::interactive, [](db::Tx& tx) {
        return tx.exec("ALTER TABLE audit_log RENAME TO audit_log_gone", std::initializer_list<db::Arg>{});
    }));
    EXPECT_FALSE(world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor));
    EXPECT_FALSE(world.team.step_up(world.fresh_code(owner.totp), owner.caller(), k_visitor));
    EXPECT_FALSE(world.team.add_person({"ben", "Ben", model::Role::viewer, {}}, test::k_cli));
    EXPECT_FALSE(world.team.end_all_sessions(owner.caller(), k_visitor));
    EXPECT_FALSE(world.team.edit_person(owner.caller().person.id, {model::Role::viewer, {}, {}}, test::k_cli));
    EXPECT_EQ(world.team.people()->size(), 1u);
    EXPECT_EQ(world.team.people()->front().role, model::Role::owner);
    EXPECT_EQ(world.state(owner.token()), SignedIn::yes);
}

}  // namespace
}  // namespace team
