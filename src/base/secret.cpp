#include "base/secret.h"

#include <sodium.h>

#include <cstdlib>
#include <cstring>

namespace base {
namespace {

char* allocate(std::size_t size) {
    if (sodium_init() < 0) std::abort();
    // sodium_malloc locks the page, surrounds it with guards and wipes on free.
    void* p = sodium_malloc(size);
    if (p == nullptr) std::abort();
    return static_cast<char*>(p);
}

}  // namespace

Secret::Secret(std::string_view bytes) : size_(bytes.size()) {
    if (size_ == 0) return;
    data_ = allocate(size_);
    std::memcpy(data_, bytes.data(), size_);
}

Secret Secret::take(std::string& bytes) {
    Secret secret{std::string_view(bytes)};
    wipe(bytes);
    return secret;
}

Secret Secret::zeros(std::size_t size) {
    Secret secret;
    if (size == 0) return secret;
    secret.data_ = allocate(size);
    secret.size_ = size;
    std::memset(secret.data_, 0, size);
    return secret;
}

Secret::~Secret() {
    if (data_ != nullptr) sodium_free(data_);
}

bool operator==(const Secret& a, const Secret& b) {
    return constant_time_equal(a.reveal(), b.reveal());
}

bool constant_time_equal(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(std::string& text) {
    sodium_memzero(text.data(), text.size());
    text.clear();
}

}  // namespace base
