#include "sandbox/data.h"

#include <zlib.h>

#include <cstring>

// The assembler reads the files; SANDBOX_DATA is this room's data folder (CMakeLists.txt).
__asm__(
    ".section .rodata\n"
    ".global k_sandbox_retail, k_sandbox_retail_end, k_sandbox_messages, k_sandbox_messages_end\n"
    "k_sandbox_retail: .incbin \"" SANDBOX_DATA
    "/online_retail_excerpt.csv.gz\"\n"
    "k_sandbox_retail_end: .byte 0\n"
    "k_sandbox_messages: .incbin \"" SANDBOX_DATA
    "/messages.json\"\n"
    "k_sandbox_messages_end: .byte 0\n"
    ".text\n");

extern "C" {
extern const char k_sandbox_retail[];
extern const char k_sandbox_retail_end[];
extern const char k_sandbox_messages[];
extern const char k_sandbox_messages_end[];
}

namespace sandbox {

base::Result<std::string> retail_excerpt() {
    z_stream stream{};
    // 16: the gzip wrapper.
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return base::fail(base::Code::internal, "zlib");
    std::string out(8u << 20, '\0');
    std::string packed(k_sandbox_retail, k_sandbox_retail_end);
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int result = inflate(&stream, Z_FINISH);
    out.resize(out.size() - stream.avail_out);
    inflateEnd(&stream);
    if (result != Z_STREAM_END) return base::fail(base::Code::corrupt, "order excerpt");
    return out;
}

std::string_view staged_messages() {
    return {k_sandbox_messages, static_cast<std::size_t>(k_sandbox_messages_end - k_sandbox_messages)};
}

}  // namespace sandbox
