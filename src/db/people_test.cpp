#include "db/people.h"

#include "db/backends.h"
#include "db/sessions.h"
#include "db/settings.h"

namespace db {
namespace {

using test::TestDatabase;

model::Person anna() {
    model::Person person;
    person.login = "anna";
    person.name = "Anna";
    person.role = model::Role::support;
    person.stores = {{3}, {12}};
    return person;
}

model::Person added(TestDatabase& db, model::Person person) {
    return db->write(Lane::interactive, [&](Tx& tx) { return add_person(tx, person, "$argon2id$x"); }).value();
}

struct PeopleTest : test::DatabaseTest {};
ON_EVERY_DATABASE(PeopleTest);
struct SessionsTest : test::DatabaseTest {};
ON_EVERY_DATABASE(SessionsTest);
struct OneTimeTokensTest : test::DatabaseTest {};
ON_EVERY_DATABASE(OneTimeTokensTest);
struct ThrottlesTest : test::DatabaseTest {};
ON_EVERY_DATABASE(ThrottlesTest);
struct SettingsTest : test::DatabaseTest {};
ON_EVERY_DATABASE(SettingsTest);
struct SavedViewsTest : test::DatabaseTest {};
ON_EVERY_DATABASE(SavedViewsTest);

TEST_P(PeopleTest, AreKeptWithEveryField) {
    const model::Person made = added(db, anna());
    const model::Person found = db->read([&](Reader& reader) { return find_person(reader, made.id); }).value();
    EXPECT_EQ(found.login, "anna");
    EXPECT_EQ(found.role, model::Role::support);
    EXPECT_EQ(found.stores, anna().stores);
    EXPECT_FALSE(found.second_factor);
    EXPECT_EQ(found.version, 1);
    EXPECT_EQ(found.created_at, db.clock.now());
    EXPECT_EQ(db->read([&](Reader& reader) { return load_password_hash(reader, made.id); }).value(), "$argon2id$x");
}

TEST_P(PeopleTest, LoginIsTakenOnce) {
    added(db, anna());
    const auto again = db->write(Lane::interactive, [&](Tx& tx) { return add_person(tx, anna(), ""); });
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "person.exists");
}

TEST_P(PeopleTest, SavingAnOldVersionIsAConflict) {
    const model::Person made = added(db, anna());
    const auto save = [&](model::Person person) {
        return db->write(Lane::interactive, [&](Tx& tx) { return save_person(tx, person); });
    };
    ASSERT_TRUE(save(made));
    const auto again = save(made);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().key, "person.changed");
}

TEST_P(PeopleTest, TotpSecretIsSealedAndItsStepsWorkOnce) {
    const model::Person made = added(db, anna());
    ASSERT_TRUE(db->write(Lane::interactive,
                          [&](Tx& tx) { return save_totp(tx, made.id, base::Secret("12345678901234567890"), true); }));
    EXPECT_TRUE(db->read([&](Reader& reader) { return find_person(reader, made.id); })->second_factor);
    EXPECT_EQ(db->read([&](Reader& reader) { return load_totp(reader, made.id); })->reveal(), "12345678901234567890");
    const auto stored = db->read([&](Reader& reader) {
        return reader.one("SELECT totp FROM people", {}, [](const Row& row) { return std::string(row.blob(0)); });
    });
    EXPECT_EQ((*stored)->find("12345678901234567890"), std::string::npos);
    const auto use = [&](std::int64_t step) {
        return db->write(Lane::interactive, [&](Tx& tx) { return use_totp_step(tx, made.id, step); }).value();
    };
    EXPECT_TRUE(use(100));
    EXPECT_FALSE(use(100));
    EXPECT_TRUE(use(101));
    EXPECT_FALSE(use(100));
}

TEST_P(PeopleTest, RecoveryCodesWorkOnce) {
    const model::Person made = added(db, anna());
    ASSERT_TRUE(db->write(Lane::interactive, [&](Tx& tx) {
        return save_recovery_codes(tx, made.id, {std::string(32, 'a'), std::string(32, 'b')});
    }));
    const auto use = [&](char letter) {
        return db
            ->write(Lane::interactive, [&](Tx& tx) { return use_recovery_code(tx, made.id, std::string(32, letter)); })
            .value();
    };
    EXPECT_TRUE(use('a'));
    EXPECT_FALSE(use('a'));
    EXPECT_FALSE(use('c'));
    EXPECT_EQ(db->read([&](Reader& reader) { return count_recovery_codes(reader, made.id); }), 1);
}

TEST_P(SessionsTest, AreFoundByTheTokensHashOnly) {
    const model::Person made = added(db, anna());
    Session session;
    session.person = made.id;
    session.stage = "totp";
    session.created_at = session.seen_at = db.clock.now();
    const std::string first(32, '1');
    const std::string second(32, '2');
    const auto id = db->write(Lane::interactive, [&](Tx& tx) { return add_session(tx, session, first); }).value();
    ASSERT_TRUE(db->write(Lane::interactive, [&](Tx& tx) { return renew_session(tx, id, second, "full"); }));
    const auto find = [&](const std::string& hash) {
        return db->read([&](Reader& reader) { return find_session(reader, hash); }).value();
    };
    EXPECT_FALSE(find(first));
    ASSERT_TRUE(find(second));
    EXPECT_EQ(find(second)->stage, "full");
    EXPECT_EQ(db->write(Lane::interactive, [&](Tx& tx) { return end_sessions(tx, made.id, id); }), 0u);
    EXPECT_EQ(db->write(Lane::interactive, [&](Tx& tx) { return end_sessions(tx, made.id); }), 1u);
    EXPECT_FALSE(find(second));
}

TEST_P(OneTimeTokensTest, AreTakenOnceAndNotAfterTheirTime) {
    const std::string hash(32, 'h');
    const auto add = [&] {
        return db->write(Lane::interactive, [&](Tx& tx) {
            return add_one_time_token(
                tx, {"invite", "u_1", "{\"a\":\"secret words\"}", db.clock.now() + base::hours(1)}, hash);
        });
    };
    const auto take = [&] {
        return db->write(Lane::interactive, [&](Tx& tx) { return take_one_time_token(tx, hash); }).value();
    };
    ASSERT_TRUE(add());
    EXPECT_EQ(db->read([&](Reader& reader) { return peek_one_time_token(reader, hash); }).value()->subject, "u_1");
    EXPECT_EQ(take()->detail, "{\"a\":\"secret words\"}");
    EXPECT_FALSE(take());
    ASSERT_TRUE(add());
    db.clock.advance(base::hours(1));
    EXPECT_FALSE(take());
}

TEST_P(ThrottlesTest, CountInARowAndInWindows) {
    const auto count = [&](base::Duration window) {
        return db->write(Lane::interactive, [&](Tx& tx) { return count_failure(tx, "login:x", window); })->failures;
    };
    EXPECT_EQ(count({}), 1);
    EXPECT_EQ(count({}), 2);
    db.clock.advance(base::days(400));
    EXPECT_EQ(count({}), 3);
    EXPECT_EQ(count(base::hours(1)), 1);
    db.clock.advance(base::minutes(59));
    EXPECT_EQ(count(base::hours(1)), 2);
    ASSERT_TRUE(db->write(Lane::interactive, [](Tx& tx) { return forgive_failure(tx, "login:x"); }));
    db.clock.advance(base::minutes(1));
    EXPECT_EQ(count(base::hours(1)), 1);
    const auto drop = [&](std::int64_t keep_from) {
        return db->write(Lane::interactive, [&](Tx& tx) {
            return drop_throttles_before(tx, db.clock.now() + base::seconds(1), keep_from);
        });
    };
    EXPECT_EQ(drop(1), 0u);
    EXPECT_EQ(drop(2), 1u);
    EXPECT_EQ(db->read([](Reader& reader) { return load_throttle(reader, "login:x"); })->failures, 0);
}

TEST_P(SettingsTest, OnlyTheVersionOneKnowsCanBeReplaced) {
    const auto save = [&](std::string_view json, std::optional<std::int64_t> expected) {
        return db->write(Lane::interactive, [&](Tx& tx) { return save_setting(tx, "team.name", json, expected, {1}); });
    };
    EXPECT_EQ(save("\"Lamps\"", 0)->version, 1);
    EXPECT_EQ(save("\"Bright\"", 0).error().key, "settings.changed");
    EXPECT_EQ(save("\"Bright\"", 1)->version, 2);
    EXPECT_EQ(save("\"Any\"", std::nullopt)->version, 3);
    EXPECT_EQ(db->read([](Reader& reader) { return find_setting(reader, "team.name"); }).value()->value, "\"Any\"");
}

TEST_P(SavedViewsTest, AreOnesOwnOrShared) {
    const model::PersonId owner = added(db, anna()).id;
    model::Person ben = anna();
    ben.login = "ben";
    const model::PersonId other = added(db, ben).id;
    const auto add = [&](std::string name, bool shared) {
        return db
            ->write(Lane::interactive,
                    [&](Tx& tx) { return add_view(tx, {{}, owner, "orders", name, "tab=unpaid", shared, 0}); })
            .value();
    };
    const SavedView own = add("Mine", false);
    add("Ours", true);
    const auto list = [&](model::PersonId person) {
        return db->read([&](Reader& reader) { return list_views(reader, person, "orders"); })->size();
    };
    EXPECT_EQ(list(owner), 2u);
    EXPECT_EQ(list(other), 1u);
    ASSERT_TRUE(db->write(Lane::interactive, [&](Tx& tx) { return save_view(tx, own); }));
    EXPECT_EQ(db->write(Lane::interactive, [&](Tx& tx) { return save_view(tx, own); }).error().key, "view.changed");
    ASSERT_TRUE(db->write(Lane::interactive, [&](Tx& tx) { return remove_view(tx, own.id); }));
    EXPECT_EQ(list(owner), 1u);
}

}  // namespace
}  // namespace db
