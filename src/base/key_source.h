#pragma once

#include <cstdint>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

namespace base {

// Where the key-encryption key (KEK) comes from (docs/adr/0005-keys-and-search-tokens.md). Read once at start.
class KeySource {
  public:
    virtual ~KeySource() = default;
    struct Kek {
        std::uint32_t id = 1;
        Secret key;  // 32 bytes
    };
    virtual Result<Kek> load() = 0;
};

// A file of mode 0400 owned by the running user, holding "<id>\n<64 hex digits>\n". load() refuses any other mode or
// owner, and creates the file (with a random key) only when `create` is set and it does not exist, in a way that never
// overwrites.
class FileKeySource final : public KeySource {
  public:
    // `id`: of the key that is made.
    FileKeySource(std::string path, bool create, Random& random, std::uint32_t id = 1)
        : path_(std::move(path)), create_(create), random_(random), id_(id) {}
    Result<Kek> load() override;

  private:
    std::string path_;
    bool create_;
    Random& random_;
    std::uint32_t id_;
};

// For tests.
class FakeKeySource final : public KeySource {
  public:
    Result<Kek> load() override { return Kek{1, Secret(std::string(32, 'k'))}; }
};

}  // namespace base
