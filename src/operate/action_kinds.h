#pragma once

#include <string_view>

#include "base/json.h"
#include "model/action.h"
#include "platform/credentials.h"

namespace operate {

// One kind of outgoing action. Adding one: a line in action_kinds.cpp.
struct ActionKind {
    std::string_view name;
    // Does it. `payload` is the action's.
    platform::Answer<platform::Receipt> (*perform)(platform::Connector& connector,
                                                   const platform::Credentials& credentials, const base::Json& payload);
    // Looks whether it was done.
    platform::Answer<bool> (*is_done)(platform::Connector& connector, const platform::Credentials& credentials,
                                      const base::Json& payload);
    // It still makes sense for the store as it is now.
    bool (*still_wanted)(const model::Store& store);
    // The store's tokens are needed for nothing else and go when this ends.
    bool ends_tokens = false;
};

// nullptr: unknown to this version.
const ActionKind* find_action_kind(std::string_view name);

}  // namespace operate
