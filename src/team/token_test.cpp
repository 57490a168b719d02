#include "team/token.h"

#include <gtest/gtest.h>

#include "base/crypto.h"
#include "base/encoding.h"

namespace team {
namespace {

TEST(Token, Has256BitsAndIsStoredAsItsHash) {
    base::SystemRandom random;
    const base::Secret token = new_token(random);
    EXPECT_EQ(token.size(), 43u);
    EXPECT_EQ(token_hash(token.reveal()), base::sha256(base::parse_base64url(token.reveal()).value()));
    EXPECT_NE(token_hash(token.reveal()), token_hash(new_token(random).reveal()));
}

TEST(Token, WhatCannotBeOneHasNoHash) {
    EXPECT_EQ(token_hash(""), std::nullopt);
    EXPECT_EQ(token_hash(std::string(42, 'A')), std::nullopt);
    EXPECT_EQ(token_hash(std::string(44, 'A')), std::nullopt);
    EXPECT_EQ(token_hash(std::string(42, 'A') + "!"), std::nullopt);
    EXPECT_EQ(token_hash(std::string(10'000, 'A')), std::nullopt);
}

TEST(Token, CookieHasEveryProtection) {
    EXPECT_EQ(session_cookie(base::Secret("abc")), "__Host-stallward=abc; Path=/; Secure; HttpOnly; SameSite=Strict");
    EXPECT_EQ(cleared_cookie(), "__Host-stallward=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(Token, DeviceIsNamedForPeople) {
    EXPECT_EQ(device_name("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
                          "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"),
              "Edge, Windows");
    EXPECT_EQ(device_name("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
                          "Safari/537.36"),
              "Chrome, Linux");
    EXPECT_EQ(device_name("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
                          "Gecko) CriOS/126.0 Mobile/15E148 Safari/604.1"),
              "Chrome, iPhone");
    EXPECT_EQ(device_name("Mozilla/5.0 (Macintosh; Intel Mac OS X 14.5; rv:127.0) Gecko/20100101 Firefox/127.0"),
              "Firefox, macOS");
    EXPECT_EQ(device_name("curl/8.0"), "");
    EXPECT_EQ(device_name(""), "");
}

}  // namespace
}  // namespace team
