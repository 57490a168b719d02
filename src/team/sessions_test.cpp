#include <gtest/gtest.h>

#include "db/database.h"
#include "team/test_world_test.h"

namespace team {
namespace {

using test::k_cli;
using test::k_password;
using test::k_visitor;
using test::outcome;
using test::World;

TEST(Sessions, EndAfterThirtyMinutesWithoutUse) {
    World world;
    const World::Member owner = world.owner();
    for (int i = 0; i < 10; ++i) {
        world.db.clock.advance(base::minutes(29));
        ASSERT_EQ(world.state(owner.token()), SignedIn::yes);
    }
    world.db.clock.advance(base::minutes(30) - base::milliseconds(1));
    EXPECT_EQ(world.state(owner.token()), SignedIn::yes);
    world.db.clock.advance(base::minutes(30));
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
}

TEST(Sessions, EndAfterTwelveHoursWhateverTheUse) {
    World world;
    const World::Member owner = world.owner();
    const base::Time end = owner.caller().expires_at;
    while (world.db.clock.now() + base::minutes(20) < end) {
        world.db.clock.advance(base::minutes(20));
        ASSERT_EQ(world.state(owner.token()), SignedIn::yes);
    }
    world.db.clock.advance(end - world.db.clock.now() - base::milliseconds(1));
    EXPECT_EQ(world.state(owner.token()), SignedIn::yes);
    world.db.clock.advance(base::milliseconds(1));
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
}

TEST(Sessions, HalfASignInEndsSooner) {
    World world;
    const World::Member owner = world.owner();
    const Opened half = world.team.sign_in("owner@lamps.example", k_password, {}, k_visitor).value();
    world.db.clock.advance(k_code_time - base::milliseconds(1));
    EXPECT_EQ(world.state(half.token.reveal()), SignedIn::first_factor);
    world.db.clock.advance(base::milliseconds(1));
    EXPECT_EQ(world.state(half.token.reveal()), SignedIn::no);
}

TEST(Sessions, LookingWithoutActingKeepsNothingAlive) {
    World world;
    const World::Member owner = world.owner();
    for (int i = 0; i < 35; ++i) {
        world.db.clock.advance(base::minutes(1));
        (void)world.team.alive(owner.caller().session);
    }
    EXPECT_FALSE(world.team.alive(owner.caller().session));
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
}

TEST(Sessions, OnlyTheTokenOpensThem) {
    World world;
    const World::Member owner = world.owner();
    EXPECT_EQ(world.team.identify(std::nullopt)->state, SignedIn::no);
    for (const std::string& token : {std::string(), std::string("x"), std::string(43, 'A'), owner.token() + "A",
                                     owner.token().substr(1), "ss_" + std::to_string(owner.caller().session.value)})
        EXPECT_EQ(world.state(token), SignedIn::no) << token;
    EXPECT_EQ(world.state(owner.token()), SignedIn::yes);
}

TEST(Sessions, TokensAreNotInTheDatabase) {
    World world;
    const World::Member owner = world.owner();
    const auto stored = world.db->read([](db::Reader& reader) {
        return reader.all("SELECT token_hash, user_agent, source FROM sessions", {},
                          [](const db::Row& row) { return std::string(row.blob(0)) + row.string(1) + row.string(2); });
    });
    ASSERT_EQ(stored->size(), 1u);
    EXPECT_FALSE(stored->front().contains(owner.token()));
}

TEST(Sessions, PeopleSeeAndEndTheirOwn) {
    World world;
    const World::Member owner = world.owner();
    const World::Member anna = world.member("anna", model::Role::support);
    const Opened second = world.sign_in("owner@lamps.example", owner.totp);
    const auto rows = world.team.sessions(owner.caller()).value();
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0].session.id, second.caller.session);
    EXPECT_FALSE(rows[0].current);
    EXPECT_TRUE(rows[1].current);
    EXPECT_EQ(rows[0].device, "Firefox, Linux");
    EXPECT_EQ(outcome(world.team.end_session(anna.caller().session, owner.caller(), k_visitor)), "");
    EXPECT_EQ(world.state(anna.token()), SignedIn::yes);
    EXPECT_EQ(outcome(world.team.end_session(second.caller.session, owner.caller(), k_visitor)), "ok");
    EXPECT_EQ(world.state(second.token.reveal()), SignedIn::no);
    EXPECT_EQ(outcome(world.team.end_all_sessions(owner.caller(), k_visitor)), "ok");
    EXPECT_EQ(world.state(owner.token()), SignedIn::no);
    EXPECT_EQ(world.state(anna.token()), SignedIn::yes);
}

TEST(Sessions, SweepingRemovesWhatIsOver) {
    World world;
    world.owner();
    world.member("anna", model::Role::support);
    world.db.clock.advance(base::minutes(10));
    ASSERT_TRUE(world.team.sweep());
    EXPECT_TRUE(world.log("session.ended").empty());
    world.db.clock.advance(base::minutes(40));
    ASSERT_TRUE(world.team.sweep());
    ASSERT_EQ(world.log("session.ended").size(), 1u);
    EXPECT_EQ(world.log("session.ended")[0].detail.at("count"), "2");
    EXPECT_EQ(world.db->read([](db::Reader& reader) { return reader.integer("SELECT count(*) FROM sessions", {}); }),
              0);
}

TEST(SessionCache, IsBounded) {
    SessionCache cache;
    for (std::size_t i = 0; i < SessionCache::k_most + 10; ++i) {
        SessionCache::Entry entry;
        entry.session.id = {static_cast<std::int64_t>(i) + 1};
        cache.put(std::to_string(i), entry, cache.generation());
        ASSERT_LE(cache.size(), SessionCache::k_most);
    }
}

TEST(SessionCache, DoesNotKeepWhatWasReadBeforeAnEnd) {
    SessionCache cache;
    const std::uint64_t before = cache.generation();
    cache.forget(model::SessionId{1});
    SessionCache::Entry entry;
    entry.session.id = {1};
    cache.put("hash", entry, before);
    EXPECT_EQ(cache.size(), 0u);
}

// LOG-1: every event of this room leaves its entry, with who, from where and why.
TEST(Audit, EveryEventIsLogged) {
    World world;
    const World::Member owner = world.owner();
    const model::PersonId owner_id = owner.caller().person.id;
    const World::Member anna = world.member("anna", model::Role::support);
    const model::PersonId anna_id = anna.caller().person.id;
    (void)world.team.sign_in("nobody", "wrong", {}, k_visitor);
    const Opened half = world.team.sign_in("anna", k_password, {}, k_visitor).value();
    for (int i = 0; i < 5; ++i) (void)world.team.enter_code("000000", {}, half.caller, k_visitor);
    ASSERT_TRUE(world.team.unlock_person(anna_id, k_cli));
    (void)world.team.step_up("000000", owner.caller(), k_visitor);
    const Opened fresh = world.team.step_up(world.fresh_code(owner.totp), owner.caller(), k_visitor).value();
    ASSERT_TRUE(world.team.begin_second_factor(fresh.caller));
    (void)world.team.confirm_second_factor("000000", fresh.caller, k_visitor);
    (void)world.team.change_password("wrong", "slow river of tin", fresh.caller, k_visitor);
    const Opened changed = world.team.change_password(k_password, "slow river of tin", fresh.caller, k_visitor).value();
    ASSERT_TRUE(world.team.edit_person(anna_id, {model::Role::viewer, {}, {}}, {owner_id.text(), k_visitor}));
    ASSERT_TRUE(world.team.edit_person(anna_id, {{}, {}, true}, {owner_id.text(), k_visitor}));
    ASSERT_TRUE(world.team.edit_person(anna_id, {{}, {}, false}, {owner_id.text(), k_visitor}));
    ASSERT_TRUE(world.team.reset_person(anna_id, {owner_id.text(), k_visitor}));
    ASSERT_TRUE(world.team.note_denied(anna.caller(), "addPerson", "permission.denied", {}, k_visitor));
    ASSERT_TRUE(world.team.end_all_sessions(changed.caller, k_visitor));

    std::map<std::string, int> kinds;
    for (const World::Entry& entry : world.log()) ++kinds[entry.kind];
    for (const std::string_view expected :
         {kind::set_up, kind::sign_in_ok, kind::sign_in_refused, kind::limit_hit, kind::account_unlocked,
          kind::step_up_ok, kind::step_up_refused, kind::session_ended, kind::second_factor_set,
          kind::second_factor_refused, kind::password_changed, kind::password_refused, kind::invitation_used,
          kind::person_added, kind::person_changed, kind::person_disabled, kind::person_enabled, kind::person_reset,
          kind::permission_denied})
        EXPECT_GE(kinds[std::string(expected)], 1) << expected;

    const auto changes = world.log("person.changed");
    EXPECT_EQ(changes.at(0).actor, owner_id.text());
    EXPECT_EQ(changes.at(0).object, anna_id.text());
    EXPECT_EQ(changes.at(0).detail.at("role_from"), "support");
    EXPECT_EQ(changes.at(0).detail.at("role_to"), "viewer");
    EXPECT_EQ(changes.at(0).detail.at("address"), "192.0.2.1");
    const auto refusals = world.log("sign_in.refused");
    EXPECT_EQ(refusals.at(0).detail.at("login"), "nobody");
    EXPECT_EQ(refusals.at(0).actor, "");
}

TEST(Audit, CheckIsKeptForTheScreen) {
    World world;
    world.owner();
    const auto last = [&] { return world.db->read([](db::Reader& reader) { return last_log_check(reader); }).value(); };
    EXPECT_EQ(last().state, LogCheck::State::never);
    ASSERT_TRUE(world.db->write(db::Lane::bulk, [](db::Tx& tx) { return db::sequence_audit(tx); }));
    ASSERT_TRUE(world.db->write(db::Lane::bulk, [](db::Tx& tx) { return db::make_checkpoint(tx, "console.example"); }));
    const LogCheck good = check_log(*world.db).value();
    EXPECT_EQ(good.state, LogCheck::State::ok);
    EXPECT_GT(good.entries, 0);
    EXPECT_EQ(last().root, good.root);
    ASSERT_TRUE(world.db->write(db::Lane::bulk, [](db::Tx& tx) {
        return tx.exec("UPDATE audit_log SET actor = 'u_99' WHERE position = 1", std::initializer_list<db::Arg>{});
    }));
    ASSERT_TRUE(check_log(*world.db));
    EXPECT_EQ(last().state, LogCheck::State::broken);
    EXPECT_EQ(last().first_bad, 1);
    EXPECT_EQ(last().problem, "audit.leaf_changed");
}

}  // namespace
}  // namespace team
