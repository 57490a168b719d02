#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace common {

// A frame is a type byte, a length (u32, little-endian) and that many bytes. Blocking; interrupted calls are repeated.
struct Frame {
    std::uint8_t type = 0;
    std::string bytes;
};
// No value at the end of the stream, on an error, and for a frame longer than `bytes_max`.
std::optional<Frame> read_frame(int socket, std::uint32_t bytes_max);
bool write_frame(int socket, std::uint8_t type, std::string_view bytes);

}  // namespace common
