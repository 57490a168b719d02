#include "sandbox/consent_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/encoding.h"
#include "base/text.h"

namespace sandbox {

std::string html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == '<')
            out += "&lt;";
        else if (c == '>')
            out += "&gt;";
        else if (c == '&')
            out += "&amp;";
        else if (c == '"')
            out += "&quot;";
        else
            out += c;
    }
    return out;
}

http::Response consent_page(std::string_view marketplace, int status, std::string_view title, std::string_view body) {
    http::Response response;
    response.status = status;
    response.set("Content-Type", "text/html; charset=utf-8");
    response.set("Cache-Control", "no-store");
    response.body = fmt::format(
        R"(<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{0}</title><style>body{{font:16px/1.5 system-ui;max-width:34rem;margin:3rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.4rem;margin:.5rem .5rem 0 0}}select{{font:inherit;padding:.4rem}}
.note{{background:#fff4d6;color:#5a4300;padding:.6rem 1rem;border-radius:.4rem}}</style>
<p class="note">This is the sandbox, not {2}. The sellers and stores are invented.</p><h1>{0}</h1>{1}</html>)",
        html(title), body, html(marketplace));
    return response;
}

std::string form_value(std::string_view body, std::string_view name) {
    for (const std::string_view pair : base::split(body, '&')) {
        const std::size_t equals = pair.find('=');
        if (equals == std::string_view::npos || pair.substr(0, equals) != name) continue;
        std::string value(pair.substr(equals + 1));
        std::ranges::replace(value, '+', ' ');
        return base::percent_decode(value).value_or("");
    }
    return {};
}

}  // namespace sandbox
