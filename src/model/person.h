#pragma once

#include <string>
#include <vector>

#include "base/time.h"
#include "model/ids.h"
#include "model/permission.h"

namespace model {

struct Person {
    PersonId id;
    std::string login;  // Folded, unique.
    std::string name;
    Role role = Role::viewer;
    std::vector<StoreId> stores;  // Empty: all.
    bool disabled = false;
    bool second_factor = false;      // TOTP enrolled.
    std::string language = "en";     // en zh-CN th vi id ms
    std::string time_zone;           // IANA; empty: the browser's.
    std::string theme = "system";    // system, light, dark
    std::string density = "normal";  // compact, normal, roomy
    bool letter_keys = true;         // Single-letter shortcuts.
    base::Time created_at;
    base::Time last_seen_at;
    std::int64_t version = 0;
};

}  // namespace model
