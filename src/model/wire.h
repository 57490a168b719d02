#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/features.h"

// How the core and its workers write what they send each other: little-endian numbers, length-prefixed bytes. Reading
// is total: bytes that are not what was expected give no value, and what is allocated is at most eight times the bytes.
namespace model {

// What a worker is asked to read.
enum class ReadKind : std::uint8_t {
    mail = 1,   // RFC 5322 message → Features
    html = 2,   // one HTML document → Features
    table = 3,  // CSV → TableRows, in pieces
};

struct ReadLimits {
    std::uint32_t depth = 20;
    std::uint32_t parts = 200;
    std::uint32_t header_line = 16 * 1024;
    std::uint32_t links = 1000;
    std::uint32_t text = 2u << 20;  // Decoded bytes of all parts.
    std::uint32_t html_nodes = 100'000;
    std::uint32_t rows = 200'000;
    std::uint32_t columns = 200;
    std::uint32_t cell = 32 * 1024;
};
inline constexpr std::uint32_t k_read_bytes_max = 25u << 20;    // One request (IN-3).
inline constexpr std::uint32_t k_answer_bytes_max = 16u << 20;  // One frame of an answer.

struct ReadRequest {
    ReadKind kind = ReadKind::mail;
    ReadLimits limits;
    std::string bytes;
};

// Some rows of a table, in order.
struct TableRows {
    std::string encoding;  // As recognised: "UTF-8", "GB18030" …
    std::string delimiter;
    struct Row {
        std::uint32_t line = 0;  // Of the file, from 1, where the row begins.
        std::vector<std::string> cells;
    };
    std::vector<Row> rows;
};

enum class AnswerKind : std::uint8_t { features = 1, rows = 2, done = 3, refused = 4 };

std::string encode(const ReadRequest& request);
std::optional<ReadRequest> decode_request(std::string_view bytes);
std::string encode(const Features& features);
std::optional<Features> decode_features(std::string_view bytes);
std::string encode(const TableRows& rows);
std::optional<TableRows> decode_rows(std::string_view bytes);

}  // namespace model
