// The check of a request's header block: the decision does not depend on how the bytes are cut, what is accepted keeps
// the promises of http/head.h, and Beast, which reads the body afterwards, frames it in the same way.
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/head.h"
#include "require.h"

namespace {

// Status of the refusal, 200 with the size of the block, or 0 while it is incomplete.
std::pair<int, std::size_t> whole(std::string_view bytes) {
    std::size_t scanned = 0;
    const auto end = http::find_head_end(bytes, scanned);
    if (!end) return {end.error().status, 0};
    return *end ? std::pair(200, **end) : std::pair(0, std::size_t{0});
}

std::pair<int, std::size_t> byte_by_byte(std::string_view bytes) {
    std::size_t scanned = 0;
    for (std::size_t size = 0; size <= bytes.size(); ++size) {
        const auto end = http::find_head_end(bytes.substr(0, size), scanned);
        if (!end) return {end.error().status, 0};
        if (*end) return {200, **end};
    }
    return {0, 0};
}

void check_path(const http::Head& head) {
    if (head.path == "*") return;
    require(head.path.starts_with('/') && !head.path.contains("//") && !head.path.contains('\0') &&
            !head.path.contains('\\'));
    const std::string closed = head.path + "/";
    require(!closed.contains("/../") && !closed.contains("/./"));
}

void compare_with_beast(std::string_view block, const http::Head& head) {
    namespace beast_http = boost::beast::http;
    beast_http::request_parser<beast_http::empty_body> parser;
    parser.header_limit(64u << 10);
    parser.body_limit(boost::none);
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(block.data(), block.size()), ec);
    require(!ec && parser.is_header_done());
    require(parser.get().target() == head.target);
    require(parser.chunked() == head.chunked);
    require(parser.content_length().value_or(0) == head.content_length);
    const auto fields = std::distance(parser.get().begin(), parser.get().end());
    require(static_cast<std::size_t>(fields) == head.headers.size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto decision = whole(bytes);
    require(decision == byte_by_byte(bytes));
    if (decision.first != 200) return 0;
    const std::string_view block = bytes.substr(0, decision.second);
    const auto head = http::check_head(block);
    if (!head) return 0;
    require(!(head->chunked && head->content_length > 0));
    require(head->headers.size() <= 64);
    check_path(*head);
    compare_with_beast(block, *head);
    return 0;
}
