#pragma once

#include <cstdio>
#include <cstdlib>
#include <source_location>

// What must hold whatever the input; libFuzzer keeps the input of a program that aborts.
inline void require(bool condition, const std::source_location& at = std::source_location::current()) {
    if (condition) return;
    std::fprintf(stderr, "does not hold: %s:%u\n", at.file_name(), static_cast<unsigned>(at.line()));
    std::abort();
}
