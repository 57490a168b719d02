#include "app/control_socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

namespace {

class ControlSocketTest : public ::testing::Test {
  protected:
    void SetUp() override {
        std::string name = ::testing::TempDir() + "stallward-control-XXXXXX";
        folder_ = ::mkdtemp(name.data());
        // Longer than a socket address can be.
        folder_ += "/" + std::string(120, 'd');
        std::filesystem::create_directory(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(std::filesystem::path(folder_).parent_path()); }
    std::string folder_;
};

TEST_F(ControlSocketTest, RunsAVerbAndPassesItsLinesOn) {
    auto server = app::ControlSocket::listen(
        folder_, [](const std::string& verb, const std::string& args, const app::Print& print) -> base::Result<void> {
            if (verb != "echo") return base::fail(base::Code::invalid_input, "unknown verb " + verb);
            print(args);
            print("{\"second\":1}");
            return {};
        });
    ASSERT_TRUE(server) << server.error().what;
    struct stat info{};
    ASSERT_EQ(::stat((folder_ + "/control.sock").c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);

    std::vector<std::string> lines;
    const auto keep = [&](const std::string& line) { return lines.push_back(line), true; };
    EXPECT_TRUE(app::call_server(folder_, "echo", R"({"a":"ไทย"})", keep));
    EXPECT_EQ(lines, (std::vector<std::string>{R"({"a":"ไทย"})", R"({"second":1})"}));
    const auto wrong = app::call_server(folder_, "nothing", "{}", keep);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, base::Code::invalid_input);
}

TEST_F(ControlSocketTest, SaysWhenNoServerRuns) {
    const auto result = app::call_server(folder_, "echo", "{}", [](const std::string&) { return true; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::Code::not_found);
}

}  // namespace
