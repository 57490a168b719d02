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
        folder_, "",
        [](const std::string& verb, const std::string& args, const app::Print& print) -> base::Result<void> {
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
    EXPECT_TRUE(app::call_server(folder_, "", "echo", R"({"a":"ไทย"})", keep));
    EXPECT_EQ(lines, (std::vector<std::string>{R"({"a":"ไทย"})", R"({"second":1})"}));
    const auto wrong = app::call_server(folder_, "", "nothing", "{}", keep);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, base::Code::invalid_input);
}

TEST_F(ControlSocketTest, SaysWhenNoServerRuns) {
    const auto result = app::call_server(folder_, "", "echo", "{}", [](const std::string&) { return true; });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, base::Code::not_found);
}

TEST_F(ControlSocketTest, SeveralServersOnOneFolderAreToldApart) {
    const auto listen = [&](const std::string& name) {
        return app::ControlSocket::listen(
            folder_, name,
            [name](const std::string&, const std::string&, const app::Print& print) -> base::Result<void> {
                print("\"" + name + "\"");
                return {};
            });
    };
    std::string line;
    const auto ask = [&](const std::string& server) {
        line.clear();
        return app::call_server(folder_, server, "who", "{}", [&](const std::string& one) { return line = one, true; });
    };
    auto first = listen("host-8780");
    ASSERT_TRUE(first) << first.error().what;
    EXPECT_TRUE(ask(""));
    EXPECT_EQ(line, "\"host-8780\"");
    auto second = listen("host-8781");
    ASSERT_TRUE(second) << second.error().what;
    const auto which = ask("");
    ASSERT_FALSE(which);
    EXPECT_EQ(which.error().code, base::Code::conflict);
    EXPECT_NE(which.error().what.find("host-8780, host-8781"), std::string::npos) << which.error().what;
    EXPECT_TRUE(ask("host-8780"));
    EXPECT_EQ(line, "\"host-8780\"");
    EXPECT_TRUE(ask("host-8781"));
    EXPECT_EQ(line, "\"host-8781\"");
    second->reset();
    EXPECT_TRUE(ask("")) << "the end of one server leaves the other's socket alone";
    EXPECT_EQ(line, "\"host-8780\"");
    EXPECT_EQ(ask("host-8781").error().code, base::Code::not_found);
}

TEST(ServerName, IsTheMachineAndThePort) {
    const std::string name = app::server_name(8780);
    EXPECT_TRUE(name.ends_with("-8780")) << name;
    EXPECT_EQ(name.find('/'), std::string::npos);
}

}  // namespace
