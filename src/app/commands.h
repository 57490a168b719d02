#pragma once

#include <string>

#include "app/control_socket.h"
#include "base/result.h"

namespace app {

class Core;

struct Where {
    std::string data;         // Data folder.
    std::string db;           // Database URL; empty: SQLite.
    std::string server = {};  // Which of several servers on one folder (server_name); empty: the only one.
};

// Runs a verb of the command line: in the server that holds the data folder, or here when none runs. Output lines are
// JSON.
base::Result<void> run_verb(const Where& where, const std::string& verb, const std::string& args_json,
                            const Print& print);

// The same inside a process that has the data folder open; what the control socket calls.
base::Result<void> run_verb_in(Core& core, const std::string& verb, const std::string& args_json, const Print& print);

}  // namespace app
