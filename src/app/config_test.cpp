#include "app/config.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace {

using namespace app;

class ConfigFile : public ::testing::Test {
  protected:
    void SetUp() override { path_ = ::testing::TempDir() + "stallward-config-" + std::to_string(::getpid()) + ".toml"; }
    void TearDown() override { std::filesystem::remove(path_); }
    base::Result<Config> read(std::string_view text) {
        EXPECT_TRUE(base::write_file(path_, text));
        return read_config(path_, {});
    }
    std::string path_;
};

TEST_F(ConfigFile, ReadsEveryKey) {
    const auto config = read(
        "data = '/srv/stallward'\nlisten = '[::1]:9000'\ntrusted_proxies = ['127.0.0.1']\nmetrics = "
        "'127.0.0.1:9001'\n");
    ASSERT_TRUE(config) << config.error().what;
    EXPECT_EQ(config->data, "/srv/stallward");
    EXPECT_EQ(config->listen.text(), "[::1]:9000");
    EXPECT_EQ(config->trusted_proxies.size(), 1u);
    EXPECT_EQ(config->metrics->port, 9001);
}

TEST_F(ConfigFile, NamesTheLineOfAMistake) {
    for (const char* text :
         {"\nlissten = 'x'", "\nlisten = 7", "\nlisten = 'host'", "\ndata = [", "\ntrusted_proxies = [1]"}) {
        const auto config = read(text);
        ASSERT_FALSE(config) << text;
        EXPECT_NE(config.error().what.find("line 2"), std::string::npos) << config.error().what;
    }
}

TEST(Config, RefusesPlainHttpOutsideLoopback) {
    Config config;
    EXPECT_TRUE(check(config));
    config.listen.host = "0.0.0.0";
    EXPECT_FALSE(check(config));
    config.tls_certificate = "a.pem";
    EXPECT_FALSE(check(config)) << "half a pair";
    config.tls_key = "b.pem";
    EXPECT_TRUE(check(config));
}

TEST(Config, AddressesAreExact) {
    EXPECT_EQ(parse_address("127.0.0.1:80")->port, 80);
    for (const char* bad : {"", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:99999", "::1:80", "127.0.0.1:8x"})
        EXPECT_FALSE(parse_address(bad)) << bad;
}

}  // namespace
