#include "db/inbox.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <future>

#include "db/inbox_payload.h"

namespace db {
namespace {

constexpr std::uint64_t k_most_bytes = 1u << 20;  // A webhook's body has at most 256 KiB (API-2).

std::string deflate(std::string_view plain) {
    uLongf size = compressBound(plain.size());
    std::string out(size, '\0');
    // Level 1: a third of the time of the default for nearly the same size on JSON.
    if (compress2(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(plain.data()),
                  plain.size(), 1) != Z_OK)
        return {};
    out.resize(size);
    return out;
}

}  // namespace

Result<Appended> Inbox::append(RawEvent event) {
    std::promise<Result<Appended>> answer;
    auto waiting = answer.get_future();
    append_async(std::move(event), [&answer](Result<Appended> result) { answer.set_value(std::move(result)); });
    return waiting.get();
}

namespace inbox {
namespace {

base::Place place(const RawEvent& event) {
    return {column::inbox_payload,
            fmt::format("{}/{}/{}", model::name(event.platform), event.shop_ext_id, event.unique_key),
            event.store ? event.store.text() : ""};
}

}  // namespace

Result<std::string> seal_payload(Keys& keys, const RawEvent& event) {
    // Eight bytes of length, then zlib's stream.
    std::string packed = fmt::format("{:08x}", event.payload.size()) + deflate(event.payload);
    if (event.store) return keys.seal(purpose::pii, month_scope(event.store, event.received_at), place(event), packed);
    return keys.seal(purpose::pii, event.app.text() + "/" + base::utc_month(event.received_at), place(event), packed);
}

Result<std::string> open_payload(Keys& keys, const RawEvent& event, std::string_view sealed) {
    const std::string packed = TRY(keys.open(sealed, place(event)));
    std::uint64_t size = 0;
    if (packed.size() < 8 || std::from_chars(packed.data(), packed.data() + 8, size, 16).ptr != packed.data() + 8 ||
        size > k_most_bytes)
        return fail(Code::corrupt, "inbox payload");
    std::string plain(size, '\0');
    uLongf got = size;
    if (uncompress(reinterpret_cast<Bytef*>(plain.data()), &got, reinterpret_cast<const Bytef*>(packed.data() + 8),
                   packed.size() - 8) != Z_OK ||
        got != size)
        return fail(Code::corrupt, "inbox payload");
    return plain;
}

}  // namespace inbox
}  // namespace db
