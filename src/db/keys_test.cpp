#include "db/keys.h"

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/file.h"
#include "db/test_support.h"

namespace db {
namespace {

struct KeysTest : testing::Test {
    test::Folder folder;
    base::FakeClock clock;
    base::SystemRandom random;
    base::FakeKeySource source;
    std::unique_ptr<Keys> open(base::KeySource* from = nullptr, base::KeySource* next = nullptr) {
        auto keys = Keys::open(folder.path(), from != nullptr ? *from : source, next, clock, random);
        EXPECT_TRUE(keys) << keys.error().what;
        return keys ? std::move(*keys) : nullptr;
    }
};

struct OtherKek final : base::KeySource {
    base::Result<Kek> load() override { return Kek{2, base::Secret(std::string(32, 'n'))}; }
};

const base::Place k_place{column::order_contact, "s_7/o_1", "s_7"};

TEST_F(KeysTest, SealedTextOpensAfterReopening) {
    const std::string scope = month_scope({7}, clock.now());
    std::string sealed;
    {
        auto keys = open();
        sealed = *keys->seal(purpose::pii, scope, k_place, "Somchai");
        EXPECT_EQ(*keys->open(sealed, k_place), "Somchai");
    }
    auto keys = open();
    EXPECT_EQ(*keys->open(sealed, k_place), "Somchai");
    auto moved = k_place;
    moved.primary_key = "s_7/o_2";
    EXPECT_EQ(keys->open(sealed, moved).error().code, Code::corrupt);
}

TEST_F(KeysTest, ADestroyedKeyOpensNothingAndIsNotInTheFile) {
    auto keys = open();
    const auto sealed = *keys->seal(purpose::pii, "s_7/202601", k_place, "Somchai");
    const auto kept = *keys->seal(purpose::pii, "s_8/202601", k_place, "Lan");
    const auto token = *keys->seal(purpose::token, "s_7", k_place, "token");
    ASSERT_TRUE(keys->destroy_store({7}));
    EXPECT_EQ(keys->open(sealed, k_place).error().key, "db.key_destroyed");
    EXPECT_EQ(keys->open(token, k_place).error().key, "db.key_destroyed");
    EXPECT_EQ(*keys->open(kept, k_place), "Lan");
    const auto bytes = *base::read_file(folder.path() + "/pii-keys.db");
    EXPECT_EQ(bytes.find("s_7/202601"), std::string::npos);  // secure_delete
    EXPECT_NE(bytes.find("s_8/202601"), std::string::npos);
}

TEST_F(KeysTest, KeysMadeAheadAreThoseThatAreUsed) {
    auto keys = open();
    const auto before = keys->get(purpose::pii, "s_7/202601").value()->id;
    EXPECT_EQ(*keys->prepare({{purpose::pii, "s_7/202601"}, {purpose::pii, "s_7/202602"}, {purpose::digest, "s_7"}}),
              2u);
    EXPECT_EQ(*keys->prepare({{purpose::pii, "s_7/202602"}, {purpose::digest, "s_7"}}), 0u);
    EXPECT_EQ(keys->find(purpose::pii, "s_7/202601").value()->id, before);
    const auto ahead = keys->find(purpose::pii, "s_7/202602");
    ASSERT_TRUE(ahead);
    const auto sealed = *keys->seal(purpose::pii, "s_7/202602", k_place, "Somchai");
    EXPECT_EQ(base::sealed_key_id(sealed).value(), (*ahead)->id);
    EXPECT_EQ(*keys->open(sealed, k_place), "Somchai");
}

TEST_F(KeysTest, OldMonthsAreDestroyed) {
    auto keys = open();
    for (const char* scope : {"s_7/202607", "s_7/202608", "s_8/202512"}) ASSERT_TRUE(keys->get(purpose::pii, scope));
    ASSERT_TRUE(keys->get(purpose::index, "202607"));
    EXPECT_EQ(*keys->count_months_before("202608"), 3u);
    EXPECT_EQ(*keys->destroy_months_before("202608"), 3u);
    EXPECT_EQ(*keys->count_months_before("202608"), 0u);
    EXPECT_TRUE(keys->find(purpose::pii, "s_7/202608"));
    EXPECT_FALSE(keys->find(purpose::pii, "s_7/202607"));
}

TEST_F(KeysTest, ChangingTheKekKeepsEverythingReadable) {
    OtherKek other;
    std::string sealed, token;
    {
        auto keys = open();
        sealed = *keys->seal(purpose::pii, "s_7/202601", k_place, "Somchai");
        token = *keys->seal(purpose::token, "s_7", k_place, "token");
        EXPECT_EQ(*keys->rotate_kek(*other.load()), 2u);
        EXPECT_EQ(*keys->open(sealed, k_place), "Somchai");
    }
    auto old = Keys::open(folder.path(), source, nullptr, clock, random);
    ASSERT_FALSE(old);
    EXPECT_EQ(old.error().key, "db.wrong_kek");
    // The change was cut off before the key file was replaced: the next key is asked.
    auto keys = open(&source, &other);
    EXPECT_EQ(*keys->open(sealed, k_place), "Somchai");
    keys = open(&other);
    EXPECT_EQ(*keys->open(token, k_place), "token");
}

}  // namespace
}  // namespace db
