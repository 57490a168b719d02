#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

// The files of sandbox/data/ that are built into the program.
namespace sandbox {

// The excerpt of UCI Online Retail, unpacked: CSV with a header line.
base::Result<std::string> retail_excerpt();
// Staged messages: data/messages.json.
std::string_view staged_messages();

}  // namespace sandbox
