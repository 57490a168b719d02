#include "base/crypto.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>

#include <cstdlib>
#include <memory>

namespace base {
namespace {

const unsigned char* u8(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* u8(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

constexpr std::size_t k_header = 6;  // version, algorithm, key id
constexpr std::size_t k_nonce = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t k_tag = crypto_aead_xchacha20poly1305_ietf_ABYTES;

std::string u32_be(std::uint32_t value) {
    return {static_cast<char>(value >> 24), static_cast<char>(value >> 16), static_cast<char>(value >> 8),
            static_cast<char>(value)};
}

std::uint32_t read_u32_be(std::string_view text) {
    const unsigned char* p = u8(text);
    return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}

std::string additional_data(const Place& place) {
    return fmt::format("v1\x1f{}\x1f{}\x1f{}", place.column, place.primary_key, place.store);
}

Secret wrapping_key(const Secret& kek, const WrapContext& c) {
    return hkdf_sha256(kek, c.installation, fmt::format("dek-wrap.v1\x1f{}\x1f{}\x1f{}", c.purpose, c.scope, c.key_id),
                       32);
}

using CipherContext = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

// One AES-256-KW operation; wrapping adds 8 bytes, unwrapping takes them away.
bool aes_kw(const Secret& key, std::string_view in, unsigned char* out, int* out_size, bool encrypt) {
    CipherContext context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
    if (!context) std::abort();
    EVP_CIPHER_CTX_set_flags(context.get(), EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
    int tail = 0;
    return EVP_CipherInit_ex(context.get(), EVP_aes_256_wrap(), nullptr, u8(key.reveal()), nullptr, encrypt ? 1 : 0) ==
               1 &&
           EVP_CipherUpdate(context.get(), out, out_size, u8(in), static_cast<int>(in.size())) == 1 &&
           EVP_CipherFinal_ex(context.get(), out + *out_size, &tail) == 1;
}

}  // namespace

std::string sha256(std::string_view bytes) {
    std::string out(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(u8(out), u8(bytes), bytes.size());
    return out;
}

std::string hmac_sha256(const Secret& key, std::string_view message) {
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, u8(key.reveal()), key.size());
    crypto_auth_hmacsha256_update(&state, u8(message), message.size());
    std::string out(crypto_auth_hmacsha256_BYTES, '\0');
    crypto_auth_hmacsha256_final(&state, u8(out));
    sodium_memzero(&state, sizeof state);
    return out;
}

Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info, std::size_t size) {
    using Kdf = std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)>;
    using KdfContext = std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)>;
    Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr), &EVP_KDF_free);
    if (!kdf) std::abort();
    KdfContext context(EVP_KDF_CTX_new(kdf.get()), &EVP_KDF_CTX_free);
    if (!context) std::abort();
    char digest[] = "SHA256";
    const OSSL_PARAM params[] = {
        OSSL_PARAM_construct_utf8_string("digest", digest, 0),
        OSSL_PARAM_construct_octet_string("key", const_cast<char*>(key.reveal().data()), key.size()),
        OSSL_PARAM_construct_octet_string("salt", const_cast<char*>(salt.data()), salt.size()),
        OSSL_PARAM_construct_octet_string("info", const_cast<char*>(info.data()), info.size()),
        OSSL_PARAM_construct_end()};
    Secret out = Secret::zeros(size);
    if (EVP_KDF_derive(context.get(), reinterpret_cast<unsigned char*>(out.writable().data()), size, params) != 1)
        std::abort();
    return out;
}

std::string seal(const Secret& key, std::uint32_t key_id, std::string_view plain, const Place& place, Random& random) {
    std::string out = std::string("\x01\x01", 2) + u32_be(key_id);
    std::string nonce(k_nonce, '\0');
    random.fill(std::as_writable_bytes(std::span(nonce)));
    out += nonce;
    const std::string ad = additional_data(place);
    out.resize(k_header + k_nonce + plain.size() + k_tag);
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(u8(out) + k_header + k_nonce, &written, u8(plain), plain.size(), u8(ad),
                                               ad.size(), nullptr, u8(nonce), u8(key.reveal()));
    return out;
}

Result<std::uint32_t> sealed_key_id(std::string_view sealed) {
    if (sealed.size() < k_header + k_nonce + k_tag || sealed[0] != 1 || sealed[1] != 1)
        return fail(Code::corrupt, "not a ciphertext of a known format");
    return read_u32_be(sealed.substr(2));
}

Result<std::string> open_sealed(const Secret& key, std::string_view sealed, const Place& place) {
    (void)TRY(sealed_key_id(sealed));  // clang warns about an unused value otherwise.
    const std::string ad = additional_data(place);
    std::string out(sealed.size() - k_header - k_nonce - k_tag, '\0');
    unsigned long long written = 0;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(u8(out), &written, nullptr, u8(sealed) + k_header + k_nonce,
                                                   sealed.size() - k_header - k_nonce, u8(ad), ad.size(),
                                                   u8(sealed) + k_header, u8(key.reveal())) != 0)
        return fail(Code::corrupt, "ciphertext does not open in this place");
    return out;
}

Result<std::string> wrap_key(const Secret& kek, std::uint32_t kek_id, const Secret& dek, const WrapContext& context) {
    if (kek.size() != 32 || dek.size() != 32) return fail(Code::internal, "keys have 32 bytes");
    std::string out = std::string("\x01", 1) + u32_be(kek_id) + std::string(48, '\0');
    int size = 0;
    if (!aes_kw(wrapping_key(kek, context), dek.reveal(), u8(out) + 5, &size, true) || size != 40)
        return fail(Code::internal, "key wrap");
    out.resize(45);
    return out;
}

Result<Secret> unwrap_key(const Secret& kek, std::string_view wrapped, const WrapContext& context) {
    if (wrapped.size() != 45 || wrapped[0] != 1) return fail(Code::corrupt, "not a wrapped key");
    Secret buffer = Secret::zeros(48);
    int size = 0;
    if (!aes_kw(wrapping_key(kek, context), wrapped.substr(5),
                reinterpret_cast<unsigned char*>(buffer.writable().data()), &size, false) ||
        size != 32)
        return fail(Code::corrupt, "wrapped key does not open for " + context.purpose + "/" + context.scope);
    return Secret(buffer.reveal().substr(0, 32));
}

constexpr unsigned long long k_password_passes = 3;
constexpr std::size_t k_password_memory = 64u << 20;

std::string hash_password(std::string_view password) {
    std::string out(crypto_pwhash_STRBYTES, '\0');
    if (crypto_pwhash_str_alg(out.data(), password.data(), password.size(), k_password_passes, k_password_memory,
                              crypto_pwhash_ALG_ARGON2ID13) != 0)
        std::abort();  // 64 MiB were not to be had.
    out.resize(out.find('\0'));
    return out;
}

bool check_password(std::string_view phc, std::string_view password) {
    return crypto_pwhash_str_verify(std::string(phc).c_str(), password.data(), password.size()) == 0;
}

bool password_hash_is_outdated(std::string_view phc) {
    return crypto_pwhash_str_needs_rehash(std::string(phc).c_str(), k_password_passes, k_password_memory) != 0;
}

SigningKey signing_key(Secret seed) {
    SigningKey key;
    key.seed = std::move(seed);
    key.public_key.resize(crypto_sign_PUBLICKEYBYTES);
    Secret expanded = Secret::zeros(crypto_sign_SECRETKEYBYTES);
    crypto_sign_seed_keypair(u8(key.public_key), reinterpret_cast<unsigned char*>(expanded.writable().data()),
                             u8(key.seed.reveal()));
    return key;
}

SigningKey new_signing_key(Random& random) {
    Secret seed = Secret::zeros(crypto_sign_SEEDBYTES);
    random.fill(std::as_writable_bytes(seed.writable()));
    return signing_key(std::move(seed));
}

std::string sign(const SigningKey& key, std::string_view message) {
    Secret expanded = Secret::zeros(crypto_sign_SECRETKEYBYTES);
    std::string public_key(crypto_sign_PUBLICKEYBYTES, '\0');
    crypto_sign_seed_keypair(u8(public_key), reinterpret_cast<unsigned char*>(expanded.writable().data()),
                             u8(key.seed.reveal()));
    std::string out(crypto_sign_BYTES, '\0');
    crypto_sign_detached(u8(out), nullptr, u8(message), message.size(), u8(expanded.reveal()));
    return out;
}

bool check_signature(std::string_view public_key, std::string_view message, std::string_view signature) {
    return public_key.size() == crypto_sign_PUBLICKEYBYTES && signature.size() == crypto_sign_BYTES &&
           crypto_sign_verify_detached(u8(signature), u8(message), message.size(), u8(public_key)) == 0;
}

}  // namespace base
