#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace base {

// Whole file; larger than `max_bytes` is invalid_input, missing is not_found.
Result<std::string> read_file(const std::string& path, std::size_t max_bytes = 64u << 20);
// Writes a temporary file beside it with `mode`, syncs, renames, syncs the folder: after a crash the old or the new
// content is there, whole.
Result<void> write_file(const std::string& path, std::string_view content, unsigned mode = 0600);

}  // namespace base
