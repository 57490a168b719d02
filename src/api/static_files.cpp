#include "api/static_files.h"

#include <zlib.h>

#include <algorithm>
#include <string>

#include "api/answer.h"

namespace api {
namespace {

std::string inflate_all(std::string_view compressed) {
    z_stream stream{};
    if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) return {};
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(compressed.data()));
    stream.avail_in = static_cast<uInt>(compressed.size());
    std::string out;
    char buffer[65536];
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer);
        stream.avail_out = sizeof buffer;
        state = inflate(&stream, Z_NO_FLUSH);
        out.append(buffer, sizeof buffer - stream.avail_out);
    }
    inflateEnd(&stream);
    return state == Z_STREAM_END ? out : std::string();
}

}  // namespace

http::Response serve_asset(const http::Request& request, std::span<const Asset> assets) {
    if (request.method != http::Method::get && request.method != http::Method::head) {
        http::Response response =
            problem({base::Code::invalid_input, "method", "request.method", {}}, request.request_id);
        response.status = 405;
        response.set("allow", "GET, HEAD");
        return response;
    }
    const auto find = [&](std::string_view path) { return std::ranges::find(assets, path, &Asset::path); };
    auto asset = find(request.path);
    if (asset == assets.end() && request.path.find('.') == std::string::npos) asset = find("/index.html");
    if (asset == assets.end()) {
        if (assets.empty() && request.path == "/")
            return problem({base::Code::unavailable, "built without the web part", "web.not_built", {}},
                           request.request_id);
        return problem({base::Code::not_found, "no such file", "request.path", {}}, request.request_id);
    }
    http::Response response;
    response.set("content-type", std::string(asset->type));
    response.set("cache-control",
                 asset->path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache");
    const bool accepts_gzip = request.header("accept-encoding").value_or("").find("gzip") != std::string_view::npos;
    if (asset->gzip) response.set("vary", "accept-encoding");
    if (asset->gzip && accepts_gzip) response.set("content-encoding", "gzip");
    response.body = asset->gzip && !accepts_gzip ? inflate_all(asset->bytes) : std::string(asset->bytes);
    return response;
}

}  // namespace api
