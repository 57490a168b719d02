#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/key_source.h"
#include "base/random.h"
#include "db/database.h"

// For the tests of this room and of those above it.
namespace db::test {

// A folder that is removed with everything in it.
class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "db-XXXXXX").string();
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
    std::string path_;
};

// A database in a folder of its own, with a clock that stands still.
class TestDatabase {
  public:
    TestDatabase() { open(); }
    void open(const std::string& url = {}) {
        auto opened = Database::open(options(url));
        ASSERT_TRUE(opened) << opened.error().what;
        database_ = std::move(*opened);
    }
    OpenOptions options(const std::string& url = {}) {
        return {.data_dir = folder_.path() + "/data", .url = url, .clock = clock, .random = random, .key_source = keys};
    }
    void close() { database_.reset(); }
    Database& operator*() { return *database_; }
    Database* operator->() { return database_.get(); }
    std::string dir() const { return folder_.path() + "/data"; }

    base::FakeClock clock;
    base::SystemRandom random;
    base::FakeKeySource keys;

  private:
    Folder folder_;
    std::unique_ptr<Database> database_;
};

}  // namespace db::test
