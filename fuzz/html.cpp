// A page as a worker reads it: any bytes become UTF-8 text within the limits, and links whose places lie in the text.
#include <sanitizer/lsan_interface.h>

#include <cstdint>
#include <string_view>

#include "base/text.h"
#include "model/features.h"
#include "parse/check.h"
#include "require.h"
#include "text/charset.h"
#include "text/html.h"

namespace {

text::HtmlReading read(std::string_view html, const model::ReadLimits& limits) {
    text::HtmlReading page = text::read_html(html, limits);
    model::Features features;
    features.parts.push_back({"html", page.text});
    features.links = page.links;
    for (model::Link& link : features.links) link.part = "html";
    require(parse::check(features, limits).has_value());
    for (const model::Link& link : page.links)
        require(std::string_view(page.text).substr(link.from, link.to - link.from).starts_with(link.label));
    return page;
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
    text::prepare_charsets();
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    // A tree of 1,500 elements is left to the end of the process (HtmlReading::deep): no leak. It takes more bytes.
    if (size > 4096) __lsan_disable();
    const text::Converted page = text::to_utf8(bytes, text::declared_charset(bytes));
    require(base::is_utf8(page.text) && page.text.find('\0') == std::string::npos);
    const text::HtmlReading whole = read(page.text, {});
    model::ReadLimits tight;
    tight.links = 3;
    tight.text = 50;
    tight.html_nodes = 12;
    const text::HtmlReading cut = read(page.text, tight);
    require(cut.cut || cut.text == whole.text);
    if (size > 4096) __lsan_enable();
    return 0;
}
