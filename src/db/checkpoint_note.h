#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "db/audit.h"

// The text form of a checkpoint (C2SP tlog-checkpoint in a C2SP signed-note).
namespace db::checkpoint_note {

std::string origin(std::string_view host, const Keys& keys);
std::string key_id(std::string_view name, std::string_view public_key);  // 4 bytes
std::string body(std::string_view name, std::int64_t size, std::string_view root);
// Whether the note says what the row says and its signature is the log key's. The address in its name may be an earlier
// one of the console; the installation may not differ.
bool good(const Checkpoint& checkpoint, const Keys& keys, std::string_view public_key);

}  // namespace db::checkpoint_note
