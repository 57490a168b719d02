#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/key_source.h"
#include "base/random.h"
#include "db/database.h"

// For the tests of this room and of those above it.
namespace db::test {

// A value with some members set.
template <class T, class F>
T make(F set) {
    T value;
    set(value);
    return value;
}

// A folder that is removed with everything in it.
class Folder {
  public:
    Folder() {
        std::string pattern = place() + "/db-XXXXXX";
        if (::mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "mkdtemp";
        path_ = pattern;
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::string& path() const { return path_; }

  private:
    // In memory where there is room: these tests are about meaning, not about the disk, and sync often.
    static std::string place() {
        std::error_code error;
        const auto room = std::filesystem::space("/dev/shm", error);
        if (!error && room.available > (std::uintmax_t{1} << 30) && ::access("/dev/shm", W_OK) == 0) return "/dev/shm";
        return std::filesystem::temp_directory_path().string();
    }
    std::string path_;
};

// A database in a folder of its own, with a clock that stands still.
class TestDatabase {
  public:
    explicit TestDatabase(std::string url = {}, bool compatibility = false)
        : url_(std::move(url)), compatibility_(compatibility) {
        open();
    }
    // A second instance of the same cluster, with the same folder and PostgreSQL.
    struct Beside {};
    TestDatabase(Beside, const TestDatabase& first)
        : url_(first.url_), compatibility_(first.compatibility_), folder_(first.folder_) {
        open();
    }
    void open() {
        auto opened = Database::open(options());
        if (!opened) {
            ADD_FAILURE() << opened.error().key << " " << opened.error().what;
            std::abort();  // Nothing of the test could run.
        }
        database_ = std::move(*opened);
    }
    OpenOptions options() {
        return {.data_dir = folder_->path() + "/data",
                .url = url_,
                .clock = clock,
                .random = random,
                .key_source = keys,
                .follow = false,  // Tests say when.
                .compatibility = compatibility_,
                .fail_every = compatibility_ ? 5u : 0u};
    }
    void close() { database_.reset(); }
    Database& operator*() { return *database_; }
    Database* operator->() { return database_.get(); }
    std::string dir() const { return folder_->path() + "/data"; }

    base::FakeClock clock;
    base::SystemRandom random;
    base::FakeKeySource keys;

  private:
    std::string url_;
    bool compatibility_;
    std::shared_ptr<Folder> folder_ = std::make_shared<Folder>();
    std::unique_ptr<Database> database_;
};

}  // namespace db::test
