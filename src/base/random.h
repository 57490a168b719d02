#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <random>
#include <span>
#include <string>

namespace base {

// Threads: all methods may be called from any thread.
class Random {
  public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;

    std::uint64_t next_u64();
    // Uniform in [0, bound); bound > 0.
    std::uint64_t below(std::uint64_t bound);
    // URL-safe base64 without padding of `bytes` random bytes.
    std::string token(std::size_t bytes);
};

// The operating system's generator, through libsodium: for everything that must not be guessed.
class SystemRandom final : public Random {
  public:
    SystemRandom();
    void fill(std::span<std::byte> out) override;
};

// For tests and the sandbox: the same seed gives the same bytes. Never for secrets of the product.
class SeededRandom final : public Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::byte> out) override;

  private:
    std::mutex mutex_;
    std::mt19937_64 engine_;
};

}  // namespace base
