#include "model/wire.h"

#include <array>
#include <utility>

namespace model {
namespace {

class Writer {
  public:
    void u8(std::uint8_t value) { out_ += static_cast<char>(value); }
    void u32(std::uint32_t value) {
        for (int shift = 0; shift < 32; shift += 8) u8(static_cast<std::uint8_t>(value >> shift));
    }
    void u64(std::uint64_t value) {
        u32(static_cast<std::uint32_t>(value));
        u32(static_cast<std::uint32_t>(value >> 32));
    }
    void text(std::string_view value) {
        u32(static_cast<std::uint32_t>(value.size()));
        out_ += value;
    }
    template <class T, class F>
    void list(const std::vector<T>& items, F&& write) {
        u32(static_cast<std::uint32_t>(items.size()));
        for (const T& item : items) write(item);
    }
    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

// Every read after the first failure gives empty values; whole() tells at the end.
class Reader {
  public:
    explicit Reader(std::string_view bytes) : rest_(bytes) {}
    std::uint8_t u8() {
        if (rest_.empty()) {
            good_ = false;
            return 0;
        }
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    std::uint32_t u32() {
        std::uint32_t value = 0;
        for (int shift = 0; shift < 32; shift += 8) value |= static_cast<std::uint32_t>(u8()) << shift;
        return value;
    }
    std::uint64_t u64() {
        const std::uint64_t low = u32();
        return low | static_cast<std::uint64_t>(u32()) << 32;
    }
    std::string text() {
        const std::uint32_t size = u32();
        if (!good_ || size > rest_.size()) {
            good_ = false;
            return {};
        }
        std::string value(rest_.substr(0, size));
        rest_.remove_prefix(size);
        return value;
    }
    bool flag() {
        const std::uint8_t value = u8();
        if (value > 1) good_ = false;
        return value == 1;
    }
    // `Least` is what one item takes at least: a count beyond that is a lie. The items' memory is then at most eight
    // times what was sent (an empty text takes 4 bytes here and 32 there).
    template <std::size_t Least, class T, class F>
    void list(std::vector<T>& items, F&& read) {
        static_assert(sizeof(T) <= 8 * Least);
        const std::uint32_t count = u32();
        if (!good_ || count > rest_.size() / Least) {
            good_ = false;
            return;
        }
        items.reserve(count);
        for (std::uint32_t i = 0; i < count && good_; ++i) items.push_back(read());
    }
    bool whole() const { return good_ && rest_.empty(); }

  private:
    std::string_view rest_;
    bool good_ = true;
};

constexpr std::array k_limits = {&ReadLimits::depth, &ReadLimits::parts,   &ReadLimits::header_line,
                                 &ReadLimits::links, &ReadLimits::text,    &ReadLimits::html_nodes,
                                 &ReadLimits::rows,  &ReadLimits::columns, &ReadLimits::cell};

void write_addresses(Writer& out, const std::vector<MailAddress>& addresses) {
    out.list(addresses, [&](const MailAddress& address) {
        out.text(address.display);
        out.text(address.address);
    });
}
void read_addresses(Reader& in, std::vector<MailAddress>& addresses) {
    in.list<8>(addresses, [&] {
        MailAddress address;
        address.display = in.text();
        address.address = in.text();
        return address;
    });
}

void write_mail(Writer& out, const MailFacts& mail) {
    write_addresses(out, mail.from);
    write_addresses(out, mail.sender);
    write_addresses(out, mail.reply_to);
    for (const std::string* text : {&mail.return_path, &mail.subject, &mail.date, &mail.message_id}) out.text(*text);
    out.list(mail.authentication_results, [&](const std::string& text) { out.text(text); });
    out.u8(mail.dkim_signature ? 1 : 0);
    out.u8(mail.list ? 1 : 0);
}
MailFacts read_mail(Reader& in) {
    MailFacts mail;
    read_addresses(in, mail.from);
    read_addresses(in, mail.sender);
    read_addresses(in, mail.reply_to);
    for (std::string* text : {&mail.return_path, &mail.subject, &mail.date, &mail.message_id}) *text = in.text();
    in.list<4>(mail.authentication_results, [&] { return in.text(); });
    mail.dkim_signature = in.flag();
    mail.list = in.flag();
    return mail;
}

}  // namespace

std::string encode(const ReadRequest& request) {
    Writer out;
    out.u8(static_cast<std::uint8_t>(request.kind));
    for (const auto limit : k_limits) out.u32(request.limits.*limit);
    out.text(request.bytes);
    return out.take();
}

std::optional<ReadRequest> decode_request(std::string_view bytes) {
    Reader in(bytes);
    ReadRequest request;
    const std::uint8_t kind = in.u8();
    for (const auto limit : k_limits) request.limits.*limit = in.u32();
    request.bytes = in.text();
    if (!in.whole() || kind < 1 || kind > 3) return std::nullopt;
    request.kind = static_cast<ReadKind>(kind);
    return request;
}

std::string encode(const Features& features) {
    Writer out;
    out.list(features.parts, [&](const TextPart& part) {
        out.text(part.name);
        out.text(part.text);
    });
    out.list(features.links, [&](const Link& link) {
        out.text(link.part);
        out.u32(link.from);
        out.u32(link.to);
        out.text(link.url);
        out.text(link.label);
        out.text(link.kind);
    });
    out.u8(features.mail ? 1 : 0);
    if (features.mail) write_mail(out, *features.mail);
    out.list(features.attachments, [&](const Attachment& attachment) {
        out.text(attachment.name);
        out.text(attachment.media_type);
        out.u64(attachment.size);
        out.text(attachment.extension);
    });
    out.list(features.oddities, [&](const std::string& oddity) { out.text(oddity); });
    out.u8(features.cut ? 1 : 0);
    out.u8(features.encrypted ? 1 : 0);
    return out.take();
}

std::optional<Features> decode_features(std::string_view bytes) {
    Reader in(bytes);
    Features features;
    in.list<8>(features.parts, [&] {
        TextPart part;
        part.name = in.text();
        part.text = in.text();
        return part;
    });
    in.list<24>(features.links, [&] {
        Link link;
        link.part = in.text();
        link.from = in.u32();
        link.to = in.u32();
        link.url = in.text();
        link.label = in.text();
        link.kind = in.text();
        return link;
    });
    if (in.flag()) features.mail = read_mail(in);
    in.list<20>(features.attachments, [&] {
        Attachment attachment;
        attachment.name = in.text();
        attachment.media_type = in.text();
        attachment.size = in.u64();
        attachment.extension = in.text();
        return attachment;
    });
    in.list<4>(features.oddities, [&] { return in.text(); });
    features.cut = in.flag();
    features.encrypted = in.flag();
    if (!in.whole()) return std::nullopt;
    return features;
}

std::string encode(const TableRows& rows) {
    Writer out;
    out.text(rows.encoding);
    out.text(rows.delimiter);
    out.list(rows.rows, [&](const TableRows::Row& row) {
        out.u32(row.line);
        out.list(row.cells, [&](const std::string& cell) { out.text(cell); });
    });
    return out.take();
}

std::optional<TableRows> decode_rows(std::string_view bytes) {
    Reader in(bytes);
    TableRows rows;
    rows.encoding = in.text();
    rows.delimiter = in.text();
    in.list<8>(rows.rows, [&] {
        TableRows::Row row;
        row.line = in.u32();
        in.list<4>(row.cells, [&] { return in.text(); });
        return row;
    });
    if (!in.whole()) return std::nullopt;
    return rows;
}

}  // namespace model
