#include "parse/check.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/text.h"

namespace parse {
namespace {

constexpr std::size_t k_field_bytes_max = 64 * 1024;

std::unexpected<base::Error> refused(const char* what) {
    return base::fail(base::Code::corrupt, std::string("a worker's answer was refused: ") + what, "worker.refused");
}

bool good_field(std::string_view text) {
    return text.size() <= k_field_bytes_max && base::is_utf8(text);
}

bool good_addresses(const std::vector<model::MailAddress>& addresses) {
    return addresses.size() <= 100 && std::all_of(addresses.begin(), addresses.end(), [](const model::MailAddress& a) {
               return good_field(a.display) && good_field(a.address);
           });
}

bool good_mail(const model::MailFacts& mail) {
    return good_addresses(mail.from) && good_addresses(mail.sender) && good_addresses(mail.reply_to) &&
           good_field(mail.return_path) && good_field(mail.subject) && good_field(mail.date) &&
           good_field(mail.message_id) && mail.authentication_results.size() <= 20 &&
           std::all_of(mail.authentication_results.begin(), mail.authentication_results.end(), good_field);
}

bool on_border(std::string_view text, std::uint32_t at) {
    return at == text.size() || (static_cast<unsigned char>(text[at]) & 0xc0) != 0x80;
}

}  // namespace

base::Result<void> check(const model::Features& features, const model::ReadLimits& limits) {
    if (features.parts.size() > 2ULL * limits.parts + 2) return refused("too many parts");
    std::map<std::string_view, std::string_view> parts;
    std::size_t text = 0;
    for (const model::TextPart& part : features.parts) {
        text += part.text.size();
        if (!good_field(part.name) || part.name.empty()) return refused("a part's name");
        if (!base::is_utf8(part.text)) return refused("text that is no UTF-8");
        if (!parts.emplace(part.name, part.text).second) return refused("two parts of one name");
    }
    if (text > limits.text) return refused("too much text");
    if (features.links.size() > limits.links) return refused("too many links");
    static const std::set<std::string_view> k_kinds = {"href", "text", "form", "image", "redirect"};
    for (const model::Link& link : features.links) {
        if (!good_field(link.url) || !good_field(link.label) || !k_kinds.contains(link.kind)) return refused("a link");
        const auto part = parts.find(link.part);
        const std::string_view in = part == parts.end() ? std::string_view() : part->second;
        if (link.from > link.to || link.to > in.size() || !on_border(in, link.from) || !on_border(in, link.to))
            return refused("a link's place");
    }
    if (features.mail && !good_mail(*features.mail)) return refused("the header");
    if (features.attachments.size() > limits.parts) return refused("too many attachments");
    for (const model::Attachment& attachment : features.attachments)
        if (!good_field(attachment.name) || !good_field(attachment.media_type) || !good_field(attachment.extension))
            return refused("an attachment");
    if (features.oddities.size() > 100 ||
        !std::all_of(features.oddities.begin(), features.oddities.end(), [](const std::string& key) {
            return key.size() <= 64 && std::all_of(key.begin(), key.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || c == '.' || c == '_';
                   });
        }))
        return refused("an oddity");
    return {};
}

base::Result<void> check(const model::TableRows& rows, const model::ReadLimits& limits) {
    if (!good_field(rows.encoding) || rows.delimiter.size() != 1) return refused("a table's form");
    if (rows.rows.size() > limits.rows) return refused("too many rows");
    for (const model::TableRows::Row& row : rows.rows) {
        if (row.cells.empty() || row.cells.size() > limits.columns) return refused("a row's columns");
        for (const std::string& cell : row.cells)
            if (cell.size() > limits.cell || !base::is_utf8(cell)) return refused("a cell");
    }
    return {};
}

}  // namespace parse
