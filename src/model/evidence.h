#pragma once

#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/ids.h"

namespace model {

struct Evidence {
    EvidenceId id;
    CaseId owner;
    StoreId store;
    std::string kind;    // message, order, file, screenshot …
    std::string source;  // Endpoint, sender or person it came from.
    std::string sha256;  // Of the bytes as received, hex.
    std::uint64_t size = 0;
    base::Time captured_at;
    PersonId captured_by;  // 0: a job.
};

}  // namespace model
