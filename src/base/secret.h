#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace base {

// Bytes that must not leak: tokens, keys, passwords, app secrets. Move-only, wiped when destroyed, held in locked
// memory (libsodium's guarded allocation), compared in constant time. It has no stream operator and no fmt formatter,
// so logging one does not compile.
class Secret {
  public:
    Secret() = default;
    // Copies the bytes. The caller wipes its own copy where it can (see take()).
    explicit Secret(std::string_view bytes);
    // Copies the bytes and wipes `bytes`.
    static Secret take(std::string& bytes);
    // `size` zero bytes, to be filled through writable().
    static Secret zeros(std::size_t size);

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept
        : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}
    Secret& operator=(Secret&& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~Secret();

    Secret copy() const { return Secret(reveal()); }
    // The bytes, for the one call that needs them. Do not store the view.
    // Never null, also when empty: C libraries declare their pointers so.
    std::string_view reveal() const { return {data_ == nullptr ? "" : data_, size_}; }
    std::span<char> writable() { return {data_, size_}; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }

    friend bool operator==(const Secret& a, const Secret& b);

  private:
    char* data_ = nullptr;
    std::size_t size_ = 0;
};

// Buyer data (names, phones, addresses, message text): an ordinary value that cannot be printed or logged by accident.
template <class T>
class Pii {
  public:
    Pii() = default;
    explicit Pii(T value) : value_(std::move(value)) {}
    // For encryption, detection, or an answer to somebody who may see it.
    const T& reveal() const& { return value_; }
    T&& reveal() && { return std::move(value_); }
    bool empty() const { return value_.empty(); }
    friend bool operator==(const Pii&, const Pii&) = default;

  private:
    T value_{};
};
using PiiText = Pii<std::string>;

// Constant-time for equal lengths; the length itself is not secret.
bool constant_time_equal(std::string_view a, std::string_view b);

// Overwrites and empties.
void wipe(std::string& text);

}  // namespace base
