#pragma once

#include <sqlite3.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/key_source.h"
#include "base/log.h"
#include "base/random.h"
#include "db/database.h"

// What the benchmarks of this folder share.
namespace bench {

inline double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// CPU seconds of the whole process so far: on a machine that does other work too, the figure that compares.
inline double cpu_seconds() {
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto of = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return of(used.ru_utime) + of(used.ru_stime);
}

// The folder named on the command line; without one a folder in the build folder, made anew each time.
inline std::string folder(int argc, char** argv, const std::string& name) {
    if (argc > 1) return argv[1];
    const auto own = std::filesystem::canonical("/proc/self/exe").parent_path().parent_path() / "bench" / name;
    std::filesystem::remove_all(own);
    std::filesystem::create_directories(own.parent_path());
    return own.string();
}

// Ends the program with a message when something did not work: figures of a failed run are worth nothing.
template <class T>
auto need(T result) {
    if (!result) {
        std::fprintf(stderr, "%s: %s\n", result.error().key.c_str(), result.error().what.c_str());
        std::exit(1);
    }
    if constexpr (!std::is_void_v<typename T::value_type>) return std::move(*result);
}

inline double percentile(std::vector<double> values, double p) {
    std::ranges::sort(values);
    return values.empty() ? 0 : values[static_cast<std::size_t>(p * static_cast<double>(values.size() - 1))];
}

struct World {
    base::SystemClock clock;
    base::SystemRandom random;
    base::FakeKeySource keys;
    std::string dir;
    std::unique_ptr<db::Database> db;

    World(std::string folder, std::string url) : dir(std::move(folder)) {
        base::set_log_level(base::Level::error);
        db = need(db::Database::open({.data_dir = dir,
                                      .url = std::move(url),
                                      .clock = clock,
                                      .random = random,
                                      .key_source = keys,
                                      .readers = 32,
                                      .follow = false}));
    }
};

// The C interface without anything of ours: what the limits are measured with.
class Bare {
  public:
    explicit Bare(const std::string& path) {
        if (sqlite3_open(path.c_str(), &handle_) != SQLITE_OK) std::exit(1);
        exec(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA secure_delete=ON;"
            "PRAGMA cache_size=-32768; PRAGMA temp_store=MEMORY");
    }
    ~Bare() {
        for (auto* s : statements_) sqlite3_finalize(s);
        sqlite3_close(handle_);
    }
    void exec(const char* sql) {
        char* error = nullptr;
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, &error) != SQLITE_OK) {
            std::fprintf(stderr, "%s in %s\n", error, sql);
            std::exit(1);
        }
    }
    sqlite3_stmt* prepare(const std::string& sql) {
        sqlite3_stmt* s = nullptr;
        if (sqlite3_prepare_v2(handle_, sql.c_str(), -1, &s, nullptr) != SQLITE_OK) {
            std::fprintf(stderr, "%s in %s\n", sqlite3_errmsg(handle_), sql.c_str());
            std::exit(1);
        }
        statements_.push_back(s);
        return s;
    }
    // Binds, steps to the end, resets.
    struct Bytes {
        const std::string& text;
    };
    template <class... A>
    void run(sqlite3_stmt* s, const A&... args) {
        int at = 0;
        (bind(s, ++at, args), ...);
        int code = SQLITE_ROW;
        while (code == SQLITE_ROW) code = sqlite3_step(s);
        if (code != SQLITE_DONE) {
            std::fprintf(stderr, "%s\n", sqlite3_errmsg(handle_));
            std::exit(1);
        }
        sqlite3_reset(s);
    }
    static void bind(sqlite3_stmt* s, int at, std::int64_t v) { sqlite3_bind_int64(s, at, v); }
    static void bind(sqlite3_stmt* s, int at, const std::string& v) {
        sqlite3_bind_text(s, at, v.data(), static_cast<int>(v.size()), SQLITE_STATIC);
    }
    static void bind(sqlite3_stmt* s, int at, const Bytes& v) {
        sqlite3_bind_blob(s, at, v.text.data(), static_cast<int>(v.text.size()), SQLITE_STATIC);
    }

  private:
    sqlite3* handle_ = nullptr;
    std::vector<sqlite3_stmt*> statements_;
};

}  // namespace bench
