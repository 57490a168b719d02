#include "team/totp.h"

#include <liboath/oath.h>
#include <qrencode.h>

#include <array>
#include <memory>

#include "base/crypto.h"
#include "base/encoding.h"

namespace team {
namespace {

constexpr unsigned k_digits = 6;

std::optional<std::string> code_of_step(const base::Secret& secret, std::int64_t step) {
    if (step < 0) return std::nullopt;
    std::array<char, k_digits + 1> out{};
    // Counter mode with our own step number is TOTP by definition (RFC 6238, 4.2).
    // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): the size is the next argument.
    const int done = oath_hotp_generate(secret.reveal().data(), secret.size(), static_cast<std::uint64_t>(step),
                                        k_digits, false, OATH_HOTP_DYNAMIC_TRUNCATION, out.data());
    if (done != OATH_OK) return std::nullopt;
    return std::string(out.data());
}

}  // namespace

base::Secret new_totp_secret(base::Random& random) {
    base::Secret secret = base::Secret::zeros(k_totp_secret_bytes);
    random.fill(std::as_writable_bytes(secret.writable()));
    return secret;
}

std::optional<std::int64_t> matching_step(const base::Secret& secret, std::string_view code, base::Time now) {
    std::string digits;
    for (const char c : code) {
        if (c == ' ') continue;
        if (c < '0' || c > '9') return std::nullopt;
        digits += c;
    }
    if (digits.size() != k_digits || secret.empty()) return std::nullopt;
    const std::int64_t current = now.unix_seconds() / k_totp_step_s;
    std::optional<std::int64_t> found;
    // All three are compared, so that time does not tell which one fits.
    for (const std::int64_t step : {current - 1, current, current + 1}) {
        const auto expected = code_of_step(secret, step);
        if (expected && base::constant_time_equal(*expected, digits) && !found) found = step;
    }
    return found;
}

std::string totp_code(const base::Secret& secret, base::Time now) {
    return code_of_step(secret, now.unix_seconds() / k_totp_step_s).value_or("");
}

std::string totp_uri(const base::Secret& secret, std::string_view login) {
    return "otpauth://totp/Stallward:" + base::percent_encode(login) + "?secret=" + base::base32(secret.reveal()) +
           "&issuer=Stallward&algorithm=SHA1&digits=6&period=30";
}

base::Result<std::vector<std::string>> qr_rows(const std::string& text) {
    const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(QRcode_encodeString8bit(text.c_str(), 0, QR_ECLEVEL_M),
                                                               &QRcode_free);
    if (!code) return base::fail(base::Code::invalid_input, "text does not fit into a QR code");
    const auto width = static_cast<std::size_t>(code->width);
    std::vector<std::string> rows;
    for (std::size_t y = 0; y < width; ++y) {
        std::string row;
        for (std::size_t x = 0; x < width; ++x) row += (code->data[y * width + x] & 1) != 0 ? '1' : '0';
        rows.push_back(std::move(row));
    }
    return rows;
}

std::vector<std::string> new_recovery_codes(base::Random& random) {
    std::vector<std::string> codes;
    for (std::size_t i = 0; i < k_recovery_codes; ++i) {
        std::array<std::byte, 10> bytes{};
        random.fill(bytes);
        const std::string text = base::base32({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
        codes.push_back(text.substr(0, 4) + "-" + text.substr(4, 4) + "-" + text.substr(8, 4) + "-" + text.substr(12));
    }
    return codes;
}

std::string recovery_code_hash(std::string_view person, std::string_view code) {
    std::string plain = "recovery.v1\x1f" + std::string(person) + "\x1f";
    for (char c : code) {
        if (c == ' ' || c == '-') continue;
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
        if (c == '0') c = 'O';
        if (c == '1') c = 'I';
        if (c == '8') c = 'B';
        plain += c;
    }
    return base::sha256(plain);
}

}  // namespace team
