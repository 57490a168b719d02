// A mail as a worker reads it: any bytes give features that the core's check accepts, under the usual limits and under
// tight ones, the same ones each time, and they survive the way to the core.
#include <sanitizer/lsan_interface.h>

#include <cstdint>
#include <string_view>

#include "model/wire.h"
#include "parse/check.h"
#include "require.h"
#include "text/mail.h"

namespace {

std::string read(std::string_view bytes, const model::ReadLimits& limits) {
    const text::MailReading reading = text::read_mail(bytes, limits);
    if (!reading.refused.empty()) return reading.refused;
    require(parse::check(reading.features, limits).has_value());
    require(!reading.features.parts.empty() || reading.features.mail.has_value());
    std::string sent = model::encode(reading.features);
    const auto received = model::decode_features(sent);
    require(received && model::encode(*received) == sent);
    return sent;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    text::prepare_mail();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // A tree of 1,500 elements is left to the end of the process (HtmlReading::deep): no leak. It takes more bytes.
    if (size > 4096) __lsan_disable();
    const std::string usual = read(bytes, {});
    require(usual == read(bytes, {}));
    model::ReadLimits tight;
    tight.depth = 2;
    tight.parts = 4;
    tight.header_line = 40;
    tight.links = 2;
    tight.text = 61;
    tight.html_nodes = 20;
    (void)read(bytes, tight);
    if (size > 4096) __lsan_enable();
    return 0;
}
