#pragma once

#include <span>
#include <string_view>

#include "http/message.h"

namespace api {

// A file of the web build, compiled into the program (cmake/EmbedWeb.cmake). `gzip`: `bytes` are compressed.
struct Asset {
    std::string_view path;  // "/assets/index-3f2a.js"
    std::string_view type;
    std::string_view bytes;
    bool gzip;
};
// Empty in a build without the web part.
std::span<const Asset> web_assets();

// The page or file for a path: known file, else the page itself for paths of screens (they have no dot), else 404.
// Hashed files may be kept for ever.
http::Response serve_asset(const http::Request& request, std::span<const Asset> assets);

}  // namespace api
