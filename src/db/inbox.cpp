#include "db/inbox.h"

#include <fmt/format.h>
#include <zlib.h>

#include <charconv>
#include <future>

#include "db/inbox_payload.h"

namespace db {
namespace {

constexpr std::uint64_t k_most_bytes = 1u << 20;  // A webhook's body has at most 256 KiB (API-2).

// One a thread, kept: making zlib's state costs more than compressing a webhook.
class Deflater {
  public:
    Deflater() {
        // Level 1: a third of the time of the default for nearly the same size on JSON. 4 KiB of window: a webhook is
        // small.
        ready_ = deflateInit2(&stream_, 1, Z_DEFLATED, 12, 5, Z_DEFAULT_STRATEGY) == Z_OK;
    }
    ~Deflater() {
        if (ready_) deflateEnd(&stream_);
    }
    Deflater(const Deflater&) = delete;
    Deflater& operator=(const Deflater&) = delete;

    // zlib's stream of `plain`, or no value when there is no memory.
    std::optional<std::string> run(std::string_view plain) {
        if (!ready_ || deflateReset(&stream_) != Z_OK) return std::nullopt;
        std::string out(deflateBound(&stream_, plain.size()), '\0');
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
        stream_.avail_in = static_cast<uInt>(plain.size());
        stream_.next_out = reinterpret_cast<Bytef*>(out.data());
        stream_.avail_out = static_cast<uInt>(out.size());
        if (::deflate(&stream_, Z_FINISH) != Z_STREAM_END) return std::nullopt;
        out.resize(stream_.total_out);
        return out;
    }

  private:
    z_stream stream_{};
    bool ready_ = false;
};

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
    if (event.payload.size() > k_most_bytes) return fail(Code::invalid_input, "payload too large", "inbox.too_large");
    thread_local Deflater deflater;
    const auto stream = deflater.run(event.payload);
    if (!stream) return fail(Code::unavailable, "no memory to compress", "db.io");
    const std::string packed = fmt::format("{:08x}", event.payload.size()) + *stream;
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
