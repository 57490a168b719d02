#include "base/random.h"

#include <sodium.h>

#include <cstring>

#include "base/encoding.h"

namespace base {

std::uint64_t Random::next_u64() {
    std::uint64_t value = 0;
    fill(std::as_writable_bytes(std::span(&value, 1)));
    return value;
}

std::uint64_t Random::below(std::uint64_t bound) {
    // Rejection keeps the result uniform.
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    for (;;) {
        const std::uint64_t value = next_u64();
        if (value < limit) return value % bound;
    }
}

std::string Random::token(std::size_t bytes) {
    std::string raw(bytes, '\0');
    fill(std::as_writable_bytes(std::span(raw)));
    return base64url(raw);
}

SystemRandom::SystemRandom() {
    // Idempotent and thread-safe; fails only where no random device exists, and then nothing here can work.
    if (sodium_init() < 0) std::abort();
}

void SystemRandom::fill(std::span<std::byte> out) {
    randombytes_buf(out.data(), out.size());
}

void SeededRandom::fill(std::span<std::byte> out) {
    std::scoped_lock lock(mutex_);
    while (!out.empty()) {
        const std::uint64_t value = engine_();
        const std::size_t n = out.size() < sizeof value ? out.size() : sizeof value;
        std::memcpy(out.data(), &value, n);
        out = out.subspan(n);
    }
}

}  // namespace base
