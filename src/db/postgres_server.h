#pragma once

#include <grp.h>
#include <gtest/gtest.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "db/postgres.h"

// A PostgreSQL server of the test program's own: in a short folder (a socket's path has at most 107 bytes), reachable
// by its socket alone, not as root, gone with the program.
namespace db::test {

class PostgresServer {
  public:
    // The one of this program, started when first asked for. When there is no PostgreSQL, tests fail and say so, unless
    // STALLWARD_SKIP_POSTGRES=1.
    static PostgresServer& get() {
        static PostgresServer server;
        return server;
    }
    static bool skipped() {
        const char* skip = ::getenv("STALLWARD_SKIP_POSTGRES");
        return skip != nullptr && std::string(skip) == "1";
    }

    // Why it does not run; empty: it runs.
    const std::string& problem() const { return problem_; }

    // A connection string of a new, empty database.
    std::string new_database() {
        const std::string name = "t" + std::to_string(++last_);
        auto admin = open_postgres(options("postgres"));
        if (!admin) {
            ADD_FAILURE() << admin.error().what;
            return {};
        }
        const auto made = (*admin)->script("CREATE DATABASE " + name);
        EXPECT_TRUE(made) << made.error().what;
        return options(name).url;
    }

    pid_t pid() const { return pid_; }

  private:
    PostgresServer() {
        std::string pattern = "/tmp/pg-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) {
            problem_ = "mkdtemp failed";
            return;
        }
        dir_ = pattern;
        bin_ = read_line("pg_config --bindir");
        if (bin_.empty() || !std::filesystem::exists(bin_ + "/initdb") ||
            !std::filesystem::exists(bin_ + "/postgres")) {
            problem_ = "PostgreSQL is not installed (pg_config --bindir: '" + bin_ +
                       "'): install the package postgresql, or set STALLWARD_SKIP_POSTGRES=1 to leave these tests out";
            return;
        }
        if (::geteuid() == 0) {
            // initdb refuses to run as root.
            user_ = ::getpwnam("postgres");
            if (user_ == nullptr) user_ = ::getpwnam("nobody");
            if (user_ == nullptr || ::chown(dir_.c_str(), user_->pw_uid, user_->pw_gid) != 0) {
                problem_ = "no user to run PostgreSQL as";
                return;
            }
        }
        const std::string data = dir_ + "/d";
        if (wait_for(start({bin_ + "/initdb", "-D", data, "-U", "stallward", "-A", "trust", "-E", "UTF8", "--locale=C",
                            "--no-sync"})) != 0) {
            problem_ = "initdb failed, see " + dir_ + "/log";
            return;
        }
        // Tests do not pull the plug: no fsync.
        pid_ = start({bin_ + "/postgres", "-D", data, "-k", dir_, "-c", "listen_addresses=", "-c", "fsync=off", "-c",
                      "max_connections=200", "-c", "shared_buffers=32MB"});
        for (int i = 0; i < 600; ++i) {
            if (open_postgres(options("postgres"))) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        problem_ = "PostgreSQL did not start, see " + dir_ + "/log";
    }

    ~PostgresServer() {
        if (pid_ > 0) {
            ::kill(pid_, SIGQUIT);  // At once.
            wait_for(pid_);
        }
        std::error_code ignored;
        std::filesystem::remove_all(dir_, ignored);
    }

    PostgresOptions options(const std::string& database) const {
        PostgresOptions o;
        o.url = "host=" + dir_ + " user=stallward dbname=" + database;
        return o;
    }

    static std::string read_line(const char* command) {
        std::string line;
        if (FILE* pipe = ::popen(command, "r"); pipe != nullptr) {
            char buffer[512];
            if (::fgets(buffer, sizeof buffer, pipe) != nullptr) line = buffer;
            ::pclose(pipe);
        }
        while (!line.empty() && (line.back() == '\n' || line.back() == ' ')) line.pop_back();
        return line;
    }

    pid_t start(const std::vector<std::string>& command) const {
        std::vector<char*> args;
        for (const auto& a : command) args.push_back(const_cast<char*>(a.c_str()));
        args.push_back(nullptr);
        const std::string log = dir_ + "/log";
        const pid_t child = ::fork();
        if (child != 0) return child;
        if (user_ != nullptr &&
            (::setgroups(0, nullptr) != 0 || ::setgid(user_->pw_gid) != 0 || ::setuid(user_->pw_uid) != 0))
            ::_exit(126);
        ::prctl(PR_SET_PDEATHSIG, SIGQUIT);  // After setuid, which clears it.
        if (::chdir(dir_.c_str()) != 0 || ::freopen(log.c_str(), "a", stdout) == nullptr ||
            ::freopen(log.c_str(), "a", stderr) == nullptr)
            ::_exit(126);
        ::execv(args[0], args.data());
        ::_exit(127);
    }

    static int wait_for(pid_t child) {
        int status = -1;
        ::waitpid(child, &status, 0);
        return status;
    }

    std::string dir_, bin_, problem_;
    const passwd* user_ = nullptr;
    pid_t pid_ = -1;
    std::atomic<int> last_ = 0;
};

}  // namespace db::test
