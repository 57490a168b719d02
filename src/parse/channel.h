#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace parse {

// An owned descriptor.
class Descriptor {
  public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~Descriptor() { close(); }
    void close();
    int get() const { return number_; }
    explicit operator bool() const { return number_ >= 0; }

  private:
    int number_ = -1;
};

enum class IoEnd { done, closed, timeout };

// A frame is a type byte, a length (u32, little-endian) and that many bytes; workers/common/frames.h reads the same.
// All within `deadline_ms` of base::monotonic time; descriptors must not block.
IoEnd send_frame(int socket, std::uint8_t type, std::string_view bytes, std::int64_t deadline_ms);
struct Received {
    IoEnd end = IoEnd::closed;
    std::uint8_t type = 0;
    std::string bytes;
    bool too_large = false;
};
Received receive_frame(int socket, std::uint32_t bytes_max, std::int64_t deadline_ms);
// Milliseconds on a clock that only grows: for time-outs of processes, never for stamps.
std::int64_t steady_ms();

// Starts `program` with an empty environment and `socket` as descriptor 3, nothing else. Its process id, or -1.
int start_program(const std::string& program, int socket);
// Hands `socket` to the process at the other end of `control`.
bool hand_over(int control, int socket);

}  // namespace parse
