#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/secret.h"

// All primitives come from libsodium and OpenSSL; formats as below (docs/adr/0005-keys-and-search-tokens.md).
namespace base {

std::string sha256(std::string_view bytes);                            // 32 raw bytes
std::string hmac_sha256(const Secret& key, std::string_view message);  // 32 raw bytes
Secret hkdf_sha256(const Secret& key, std::string_view salt, std::string_view info, std::size_t size);

// Where a ciphertext lives. Bound into it, so that a value moved to another row or column does not open.
struct Place {
    int column = 0;           // Stable number, one for each encrypted column of each table (db/columns.h).
    std::string primary_key;  // As text, parts joined by "/".
    std::string store;        // "s_7", or empty where the row belongs to no store.
};

// XChaCha20-Poly1305: 0x01 || 0x01 || key_id (u32 BE) || nonce (24) || ciphertext || tag (16).
std::string seal(const Secret& key, std::uint32_t key_id, std::string_view plain, const Place& place, Random& random);
// The key_id a ciphertext names, or corrupt.
Result<std::uint32_t> sealed_key_id(std::string_view sealed);
// Opens; a wrong key, place or byte is corrupt.
Result<std::string> open_sealed(const Secret& key, std::string_view sealed, const Place& place);

// AES-256-KW (RFC 3394) of a 32-byte key under a key derived from the KEK for this purpose, scope and id:
// 0x01 || kek_id (u32 BE) || 40 bytes.
struct WrapContext {
    std::string installation;  // Installation uuid, the salt.
    std::string purpose;       // "token", "proxy", "totp", "pii", "index", "signing" ...
    std::string scope;         // "s_7", "s_7/202611", "p_3" ...
    std::uint32_t key_id = 0;
};
Result<std::string> wrap_key(const Secret& kek, std::uint32_t kek_id, const Secret& dek, const WrapContext& context);
Result<Secret> unwrap_key(const Secret& kek, std::string_view wrapped, const WrapContext& context);

// Password hash: Argon2id, m = 64 MiB, t = 3, p = 1, PHC string (AUTH-4). Takes about 0.2 s and 64 MiB: callers bound
// how many run at once.
std::string hash_password(std::string_view password);
bool check_password(std::string_view phc, std::string_view password);
// Whether hash_password() would use other parameters today.
bool password_hash_is_outdated(std::string_view phc);

// Ed25519. The secret key is the 32-byte seed.
struct SigningKey {
    Secret seed;
    std::string public_key;  // 32 bytes
};
SigningKey new_signing_key(Random& random);
SigningKey signing_key(Secret seed);
std::string sign(const SigningKey& key, std::string_view message);  // 64 bytes
bool check_signature(std::string_view public_key, std::string_view message, std::string_view signature);

}  // namespace base
