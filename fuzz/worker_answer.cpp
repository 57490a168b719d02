// What comes back from a worker that was taken over by what it read: frames are taken whole or not at all, only one way
// of writing each value is accepted, and what passes the check keeps every promise that the core relies on.
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.h"
#include "model/wire.h"
#include "parse/channel.h"
#include "parse/check.h"
#include "require.h"

namespace {

void check_features(std::string_view bytes) {
    const auto features = model::decode_features(bytes);
    if (!features) return;
    require(model::encode(*features) == bytes);
    const model::ReadLimits limits;
    if (!parse::check(*features, limits)) return;
    std::size_t text = 0;
    for (const model::TextPart& part : features->parts) {
        require(base::is_utf8(part.text) && !part.name.empty());
        text += part.text.size();
    }
    require(text <= limits.text && features->links.size() <= limits.links);
    for (const model::Link& link : features->links)
        for (const model::TextPart& part : features->parts)
            if (part.name == link.part) {
                const std::string_view whole = part.text;
                require(link.from <= link.to && link.to <= whole.size());
                require(base::is_utf8(whole.substr(link.from, link.to - link.from)));
            }
}

void check_rows(std::string_view bytes) {
    const auto rows = model::decode_rows(bytes);
    if (!rows) return;
    require(model::encode(*rows) == bytes);
    const model::ReadLimits limits;
    if (!parse::check(*rows, limits)) return;
    for (const model::TableRows::Row& row : rows->rows)
        for (const std::string& cell : row.cells) require(base::is_utf8(cell) && cell.size() <= limits.cell);
}

// The bytes through a socket, as a worker's answer comes; what is received in frames is what was sent.
void check_frames(std::string_view bytes) {
    std::array<int, 2> ends;
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0);
    const parse::Descriptor ours(ends[0]);
    parse::Descriptor theirs(ends[1]);
    require(::send(theirs.get(), bytes.data(), bytes.size(), 0) == static_cast<ssize_t>(bytes.size()));
    theirs.close();
    constexpr std::uint32_t k_frame_max = 4096;
    for (std::string_view rest = bytes;;) {
        const parse::Received received = parse::receive_frame(ours.get(), k_frame_max, parse::steady_ms() + 5'000);
        if (received.too_large || received.end != parse::IoEnd::done) {
            require(received.end != parse::IoEnd::timeout);
            require(!received.too_large || received.bytes.empty());
            return;
        }
        require(rest.size() >= 5 + received.bytes.size() && received.bytes.size() <= k_frame_max);
        require(static_cast<std::uint8_t>(rest[0]) == received.type && rest.substr(5).starts_with(received.bytes));
        rest.remove_prefix(5 + received.bytes.size());
        if (received.type == static_cast<std::uint8_t>(model::AnswerKind::features)) check_features(received.bytes);
        if (received.type == static_cast<std::uint8_t>(model::AnswerKind::rows)) check_rows(received.bytes);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_features(bytes);
    check_rows(bytes);
    if (const auto request = model::decode_request(bytes)) require(model::encode(*request) == bytes);
    if (size <= 64 * 1024) check_frames(bytes);
    return 0;
}
