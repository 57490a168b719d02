#include "text/mail.h"

#include <gmime/gmime.h>

#include <algorithm>
#include <memory>
#include <set>

#include "base/text.h"
#include "text/charset.h"
#include "text/html.h"

namespace text {
namespace {

struct Unref {
    void operator()(void* object) const { g_object_unref(object); }
};
template <class T>
using Owned = std::unique_ptr<T, Unref>;

std::string_view view(const char* text) {
    return text == nullptr ? std::string_view() : std::string_view(text);
}

std::string extension_of(std::string_view name) {
    const auto dot = name.rfind('.');
    return dot == std::string_view::npos || name.size() - dot > 12 ? std::string()
                                                                   : base::ascii_lower(name.substr(dot + 1));
}

// The content after its transfer encoding is undone; at most `bytes_max`.
std::string content_of(GMimePart* part, std::size_t bytes_max, bool& cut) {
    GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
    if (wrapper == nullptr) return {};
    const Owned<GMimeStream> memory(g_mime_stream_mem_new());
    if (g_mime_data_wrapper_write_to_stream(wrapper, memory.get()) < 0) return {};
    const GByteArray* bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(memory.get()));
    if (bytes == nullptr || bytes->data == nullptr) return {};
    cut = cut || bytes->len > bytes_max;
    return {reinterpret_cast<const char*>(bytes->data), std::min<std::size_t>(bytes->len, bytes_max)};
}

class Reader {
  public:
    Reader(const model::ReadLimits& limits, MailReading& out) : limits_(limits), out_(out) {}

    void headers(GMimeObject* message) {
        model::MailFacts mail;
        GMimeHeaderList* list = g_mime_object_get_header_list(message);
        const int count = g_mime_header_list_get_count(list);
        int froms = 0, subjects = 0;
        for (int i = 0; i < count; ++i) {
            GMimeHeader* header = g_mime_header_list_get_header_at(list, i);
            const std::string name = base::ascii_lower(view(g_mime_header_get_name(header)));
            std::string_view raw = view(g_mime_header_get_raw_value(header));
            if (raw.size() > limits_.header_line) {
                oddity("header.long");
                raw = raw.substr(0, limits_.header_line);
                out_.features.cut = true;
            }
            // The first of each counts, as most readers show it.
            if (name == "from" && ++froms == 1) mail.from = read_addresses(raw);
            if (name == "sender" && mail.sender.empty()) mail.sender = read_addresses(raw);
            if (name == "reply-to" && mail.reply_to.empty()) mail.reply_to = read_addresses(raw);
            if (name == "return-path" && mail.return_path.empty()) mail.return_path = decode_header(raw);
            if (name == "subject" && ++subjects == 1) mail.subject = decode_header(raw);
            if (name == "date" && mail.date.empty()) mail.date = decode_header(raw);
            if (name == "message-id" && mail.message_id.empty()) mail.message_id = decode_header(raw);
            if (name == "authentication-results" && mail.authentication_results.size() < 20)
                mail.authentication_results.push_back(decode_header(raw));
            if (name == "dkim-signature") mail.dkim_signature = true;
            if (name == "list-id") mail.list = true;
        }
        if (froms > 1) oddity("mime.two_froms");
        if (froms == 0) oddity("mime.no_from");
        if (subjects > 1) oddity("mime.two_subjects");
        if (!mail.subject.empty()) add_part("subject", mail.subject);
        out_.features.mail = std::move(mail);
    }

    void walk(GMimeObject* object, std::uint32_t depth) {
        if (object == nullptr) return;
        if (depth > limits_.depth) {
            oddity("mime.depth");
            out_.features.cut = true;
            return;
        }
        if (++parts_ > limits_.parts) {
            oddity("mime.parts");
            out_.features.cut = true;
            return;
        }
        if (GMIME_IS_MULTIPART(object)) {
            if (GMIME_IS_MULTIPART_ENCRYPTED(object)) out_.features.encrypted = true;
            auto* multipart = GMIME_MULTIPART(object);
            const int count = g_mime_multipart_get_count(multipart);
            for (int i = 0; i < count && parts_ <= limits_.parts; ++i)
                walk(g_mime_multipart_get_part(multipart, i), depth + 1);
        } else if (GMIME_IS_MESSAGE_PART(object)) {
            attached_message(GMIME_MESSAGE_PART(object), depth);
        } else if (GMIME_IS_PART(object)) {
            leaf(GMIME_PART(object));
        }
    }

    void oddity(std::string_view key) {
        auto& oddities = out_.features.oddities;
        if (std::find(oddities.begin(), oddities.end(), key) == oddities.end()) oddities.emplace_back(key);
    }

  private:
    void attached_message(GMimeMessagePart* part, std::uint32_t depth) {
        GMimeMessage* inner = g_mime_message_part_get_message(part);
        if (inner == nullptr) return;
        std::string subject = decode_header(view(g_mime_object_get_header(GMIME_OBJECT(inner), "Subject")));
        add_part("attached-subject", std::move(subject));
        walk(g_mime_message_get_mime_part(inner), depth + 1);
    }

    void leaf(GMimePart* part) {
        GMimeContentType* type = g_mime_object_get_content_type(GMIME_OBJECT(part));
        const std::string media = base::ascii_lower(std::string(view(g_mime_content_type_get_media_type(type))) + "/" +
                                                    std::string(view(g_mime_content_type_get_media_subtype(type))));
        const std::string name = decode_header(view(g_mime_part_get_filename(part)));
        const std::string extension = extension_of(name);
        const bool page = media == "text/html" || extension == "htm" || extension == "html" || extension == "shtml" ||
                          extension == "xhtml";
        GMimeContentDisposition* disposition = g_mime_object_get_content_disposition(GMIME_OBJECT(part));
        const bool attached =
            !name.empty() ||
            (disposition != nullptr &&
             base::ascii_iequals(view(g_mime_content_disposition_get_disposition(disposition)), "attachment"));
        if (media == "application/pkcs7-mime" || media == "application/x-pkcs7-mime" ||
            media == "application/pgp-encrypted")
            out_.features.encrypted = true;
        bool cut = false;
        const bool readable = page || media == "text/plain" || (media.starts_with("text/") && !attached);
        if (attached && !readable) {
            // Only its size is wanted, not its bytes.
            GMimeDataWrapper* wrapper = g_mime_part_get_content(part);
            GMimeStream* stream = wrapper == nullptr ? nullptr : g_mime_data_wrapper_get_stream(wrapper);
            const gint64 size = stream == nullptr ? 0 : g_mime_stream_length(stream);
            add_attachment(name, media, size < 0 ? 0 : static_cast<std::uint64_t>(size), extension);
            return;
        }
        if (!readable) return;
        const std::string content = content_of(part, 4ULL * limits_.text, cut);
        if (attached) add_attachment(name, media, content.size(), extension);
        if (cut) out_.features.cut = true;
        std::string charset(view(g_mime_content_type_get_parameter(type, "charset")));
        if (page)
            add_html(attached ? "attachment:" + name : "html", content, std::move(charset));
        else
            add_plain(attached ? "attachment:" + name : "text", content, charset);
    }

    void add_attachment(const std::string& name, const std::string& media, std::uint64_t size,
                        const std::string& extension) {
        out_.features.attachments.push_back({base::replace_invalid_utf8(base::shorten(name, 512)),
                                             base::replace_invalid_utf8(base::shorten(media, 128)), size, extension});
    }

    std::string convert(const std::string& content, const std::string& charset) {
        Converted converted = to_utf8(content, charset);
        if (converted.unknown) oddity("charset.unknown");
        if (converted.broken) oddity("charset.broken");
        return std::move(converted.text);
    }

    void add_plain(const std::string& name, const std::string& content, const std::string& charset) {
        add_part(name, convert(content, charset));
    }

    void add_html(const std::string& name, const std::string& content, std::string charset) {
        if (charset.empty()) charset = declared_charset(content);
        HtmlReading html = read_html(convert(content, charset), limits_);
        if (html.cut) {
            oddity("html.cut");
            out_.features.cut = true;
        }
        if (html.deep) {
            oddity("html.depth");
            out_.leave = true;
        }
        // A line of preview text is usual in newsletters; long hidden text is there for filters.
        if (html.hidden > 400) oddity("html.hidden_text");
        const std::size_t size = html.text.size();
        const std::string part = add_part(name, std::move(html.text));
        const std::size_t kept = part.empty() ? 0 : out_.features.parts.back().text.size();
        for (model::Link& link : html.links) {
            if (out_.features.links.size() >= limits_.links) {
                out_.features.cut = true;
                break;
            }
            if (part.empty() || (kept < size && link.to > kept)) link.from = link.to = 0;
            link.part = part;
            out_.features.links.push_back(std::move(link));
        }
    }

    // The name given to the part; empty when nothing was added.
    std::string add_part(const std::string& wanted, std::string text) {
        if (text.empty() && wanted != "html") return {};
        if (text.size() > limits_.text - used_) {
            text = std::string(base::shorten(text, limits_.text - used_));
            out_.features.cut = true;
        }
        used_ += static_cast<std::uint32_t>(text.size());
        std::string name = base::replace_invalid_utf8(base::shorten(wanted, 200));
        for (int n = 2; !names_.insert(name).second; ++n)
            name = std::string(base::shorten(wanted, 200)) + ":" + std::to_string(n);
        out_.features.parts.push_back({name, std::move(text)});
        return name;
    }

    const model::ReadLimits& limits_;
    MailReading& out_;
    std::uint32_t parts_ = 0, used_ = 0;
    std::set<std::string> names_;
};

void push_address(std::string_view raw, std::vector<model::MailAddress>& out) {
    raw = base::trim(raw);
    if (raw.empty()) return;
    model::MailAddress address;
    const auto open = raw.rfind('<');
    const auto close = raw.rfind('>');
    std::string_view display, mailbox = raw;
    if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
        mailbox = raw.substr(open + 1, close - open - 1);
        display = base::trim(raw.substr(0, open));
    }
    if (display.size() >= 2 && display.front() == '"' && display.back() == '"')
        display = display.substr(1, display.size() - 2);
    address.display = decode_header(display);
    std::erase(address.display, '\\');
    const std::string written = decode_header(mailbox);
    const auto at = written.rfind('@');
    address.address = at == std::string::npos ? written : written.substr(0, at) + base::ascii_lower(written.substr(at));
    out.push_back(std::move(address));
}

}  // namespace

std::vector<model::MailAddress> read_addresses(std::string_view raw) {
    std::vector<model::MailAddress> out;
    std::string current;
    bool quoted = false, angle = false;
    int comment = 0;
    for (std::size_t i = 0; i < raw.size() && out.size() < 100; ++i) {
        const char c = raw[i];
        if (c == '\\' && i + 1 < raw.size() && quoted) {
            current += c;
            current += raw[++i];
            continue;
        }
        if (c == '"' && comment == 0) quoted = !quoted;
        if (!quoted && c == '(') ++comment;
        if (comment > 0) {
            if (c == ')') --comment;
            continue;
        }
        if (!quoted && c == '<') angle = true;
        if (!quoted && c == '>') angle = false;
        if (!quoted && !angle && c == ':' && current.find('@') == std::string::npos) {  // A group's name.
            current.clear();
            continue;
        }
        if (!quoted && !angle && (c == ',' || c == ';')) {
            push_address(current, out);
            current.clear();
            continue;
        }
        current += c;
    }
    push_address(current, out);
    return out;
}

void prepare_mail() {
    g_mime_init();
    prepare_charsets();
    // One message through everything, so that what libraries build on first use is there before the process is closed.
    const std::string sample =
        "From: =?UTF-8?B?U2hvcA==?= <a@b.example>\r\nSubject: =?gb2312?Q?=B5=EA?=\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=windows-874\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\nwdI=\r\n--x\r\nContent-Type: text/html; charset=big5\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n<a href=3D\"http://c.example\">=A7A</a>\r\n--x\r\n"
        "Content-Type: application/zip; name=\"=?UTF-8?Q?a.zip?=\"\r\nContent-Disposition: attachment; "
        "filename*=utf-8''a.zip\r\n\r\nz\r\n--x--\r\n";
    (void)read_mail(sample, {});
}

MailReading read_mail(std::string_view bytes, const model::ReadLimits& limits) {
    MailReading out;
    const Owned<GMimeStream> stream(g_mime_stream_mem_new_with_buffer(bytes.data(), bytes.size()));
    const Owned<GMimeParser> parser(g_mime_parser_new_with_stream(stream.get()));
    const Owned<GMimeMessage> message(g_mime_parser_construct_message(parser.get(), nullptr));
    if (!message) {
        out.refused = "mime.no_message";
        return out;
    }
    auto* object = GMIME_OBJECT(message.get());
    if (g_mime_header_list_get_count(g_mime_object_get_header_list(object)) == 0) {
        out.refused = "mime.no_headers";
        return out;
    }
    Reader reader(limits, out);
    reader.headers(object);
    GMimeObject* root = g_mime_message_get_mime_part(message.get());
    if (root == nullptr) reader.oddity("mime.no_body");
    reader.walk(root, 0);
    return out;
}

}  // namespace text
