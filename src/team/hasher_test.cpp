#include "team/hasher.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

#include "base/crypto.h"

namespace team {
namespace {

// With the least cost, so that many fit into a test.
std::string cheap_hash(std::string_view password) {
    std::array<char, crypto_pwhash_STRBYTES> out{};
    EXPECT_EQ(crypto_pwhash_str(out.data(), password.data(), password.size(), crypto_pwhash_OPSLIMIT_MIN,
                                crypto_pwhash_MEMLIMIT_MIN),
              0);
    return out.data();
}

TEST(Hasher, HashesAndChecks) {
    Hasher hasher;
    const std::string phc = hasher.hash("kqzvmwplxtrnwej").value();
    EXPECT_TRUE(phc.starts_with("$argon2id$v=19$m=65536,t=3,p=1$")) << phc;
    EXPECT_TRUE(hasher.check(phc, "kqzvmwplxtrnwej").value());
    EXPECT_FALSE(hasher.check(phc, "kqzvmwplxtrnwek").value());
    EXPECT_FALSE(hasher.check("", "").value());
    EXPECT_FALSE(base::password_hash_is_outdated(phc));
    EXPECT_TRUE(base::password_hash_is_outdated(cheap_hash("kqzvmwplxtrnwej")));
}

TEST(Hasher, ManyAtOnceAllGetTheirAnswer) {
    Hasher hasher;
    const std::string phc = cheap_hash("right");
    std::atomic<int> right = 0;
    std::atomic<int> wrong = 0;
    std::vector<std::thread> threads;
    threads.reserve(64);
    for (int i = 0; i < 64; ++i)
        threads.emplace_back([&, i] {
            const auto answer = hasher.check(phc, i % 2 == 0 ? "right" : "wrong");
            if (answer) ++(*answer ? right : wrong);
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(right, 32);
    EXPECT_EQ(wrong, 32);
}

TEST(Hasher, RefusesWhenTooManyWait) {
    Hasher hasher;
    const std::string phc = cheap_hash("right");
    std::atomic<std::size_t> answered = 0;
    std::atomic<std::size_t> refused = 0;
    std::vector<std::thread> threads;
    threads.reserve(Hasher::k_at_once + Hasher::k_most_waiting + 200);
    // Two long hashes hold both places while the others queue.
    for (std::size_t i = 0; i < Hasher::k_at_once; ++i)
        threads.emplace_back([&] { EXPECT_TRUE(hasher.spend("long")); });
    for (std::size_t i = 0; i < Hasher::k_most_waiting + 200; ++i)
        threads.emplace_back([&] {
            const auto answer = hasher.check(phc, "right");
            if (answer) {
                ++answered;
            } else {
                EXPECT_EQ(answer.error().key, "session.busy");
                EXPECT_TRUE(answer.error().retry_after_s);
                ++refused;
            }
        });
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(answered + refused, Hasher::k_most_waiting + 200);
    EXPECT_GE(answered, Hasher::k_most_waiting / 2);
}

}  // namespace
}  // namespace team
