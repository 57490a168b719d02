#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/wire.h"

namespace text {

// Reads CSV (RFC 4180; also ";", tab and "|" as delimiters, and lines ended by LF or CR alone). Rows come in pieces of
// about 256 KiB; `on_rows` returns false to stop. The result is empty, or the stable key of what is wrong: nothing is
// left out silently, so a table beyond a limit is refused as a whole.
//   table.empty, table.too_many_rows, table.too_many_columns, table.cell_too_long, table.unclosed_quote,
//   table.stray_quote, table.encoding, table.binary, table.stopped
std::string read_table(std::string_view bytes, const model::ReadLimits& limits,
                       const std::function<bool(const model::TableRows&)>& on_rows);

}  // namespace text
