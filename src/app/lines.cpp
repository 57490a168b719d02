#include "app/lines.h"

#include <string_view>
#include <utility>

namespace app {

LineReader::Read LineReader::next(std::string& line) {
    line.clear();
    bool too_long = false, any = false;
    std::streambuf* const bytes = in_.rdbuf();
    for (;;) {
        const auto c = bytes->sbumpc();
        if (std::char_traits<char>::eq_int_type(c, std::char_traits<char>::eof())) {
            if (!any) return Read::end;
            break;
        }
        any = true;
        if (c == '\n') break;
        if (too_long) continue;
        if (line.size() >= bytes_max_) {
            too_long = true;
            continue;
        }
        line += std::char_traits<char>::to_char_type(c);
    }
    return too_long ? Read::too_long : Read::line;
}

std::size_t split_mbox(std::istream& in, std::size_t mail_bytes_max, const TakeMail& take) {
    std::string mail, line;
    std::size_t number = 0;
    bool open = false, too_large = false, after_empty = true;
    const auto end = [&] {
        if (!open) return;
        ++number;
        take(too_large ? std::string() : std::move(mail), too_large);
        mail.clear();
        too_large = false;
    };
    LineReader lines(in, mail_bytes_max);
    for (auto read = lines.next(line); read != LineReader::Read::end; read = lines.next(line)) {
        if (after_empty && line.starts_with("From ")) {
            end();
            open = true;
            after_empty = false;
            continue;
        }
        after_empty = read == LineReader::Read::line && (line.empty() || line == "\r");
        if (!open || too_large) continue;
        std::string_view content = line;
        const auto quotes = content.find_first_not_of('>');
        if (quotes != std::string_view::npos && quotes > 0 && content.substr(quotes).starts_with("From "))
            content.remove_prefix(1);
        too_large = read == LineReader::Read::too_long || mail.size() + content.size() + 1 > mail_bytes_max;
        if (!too_large) mail.append(content).append("\n");
    }
    end();
    return number;
}

}  // namespace app
