#pragma once

#include <span>
#include <string_view>

// Every column of every table has a class (DP-1); a test compares this list with the real schema. Encrypted columns
// have a number that is part of their ciphertexts: never change or reuse one, also when a column is renamed.
namespace db {

enum class DataClass {
    public_,        // May be seen by anyone.
    business,       // The team's own affairs.
    secret,         // Tokens, keys, hashes of them.
    pii,            // About a person: names, message text.
    pii_sensitive,  // Contact data: phone, address.
};
std::string_view name(DataClass data_class);

// Numbers of encrypted columns.
namespace column {
inline constexpr int store_access_token = 1;
inline constexpr int store_refresh_token = 2;
inline constexpr int store_cipher = 3;
inline constexpr int store_proxy_password = 4;
inline constexpr int app_secret = 5;
inline constexpr int order_buyer_name = 10;
inline constexpr int order_contact = 11;
inline constexpr int conversation_buyer_name = 20;
inline constexpr int message_text = 21;
inline constexpr int message_raw = 22;
inline constexpr int return_buyer_text = 25;
inline constexpr int finding_reasons = 30;
inline constexpr int person_totp = 40;
inline constexpr int one_time_detail = 41;
inline constexpr int action_payload = 50;
inline constexpr int staged_payload = 60;
inline constexpr int quarantine_payload = 61;
inline constexpr int audit_payload = 70;
inline constexpr int signing_seed = 71;
inline constexpr int inbox_payload = 80;
}  // namespace column

struct ColumnClass {
    std::string_view table;
    std::string_view column;
    DataClass data_class;
    int number = 0;  // 0: not encrypted.
};
std::span<const ColumnClass> column_classes();

}  // namespace db
