#pragma once

#include <optional>
#include <string_view>

namespace model {

// A marketplace.
enum class Platform { tiktok_shop, shopee, lazada };

constexpr std::string_view name(Platform platform) {
    switch (platform) {
        case Platform::tiktok_shop:
            return "tiktok_shop";
        case Platform::shopee:
            return "shopee";
        case Platform::lazada:
            return "lazada";
    }
    return "tiktok_shop";
}

constexpr std::optional<Platform> parse_platform(std::string_view text) {
    for (const Platform p : {Platform::tiktok_shop, Platform::shopee, Platform::lazada})
        if (text == name(p)) return p;
    return std::nullopt;
}

}  // namespace model
