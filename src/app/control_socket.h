#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

// Command-line verbs speak to a running server by a Unix socket in the data folder (mode 0600, only the same user may
// connect). One request a connection: one line of JSON
// {"verb":…,"args":{…}}, answered by lines of JSON, the last being {"done":true} or {"error":…,"code":…}.
namespace app {

// Writes one line of output to the caller; false when it is gone.
using Print = std::function<bool(const std::string& json_line)>;
using VerbHandler =
    std::function<base::Result<void>(const std::string& verb, const std::string& args_json, const Print& print)>;

class ControlSocket {
  public:
    // Starts listening in the data folder, at control.sock, or at control-<server>.sock when several servers may share
    // the folder (PostgreSQL) and each has a name. A stale file of a dead server is replaced: no second server can have
    // the name, since it has the folder's lock or the port in it. `handler` runs on the socket's own thread, one
    // request at a time.
    static base::Result<std::unique_ptr<ControlSocket>> listen(const std::string& data_folder,
                                                               const std::string& server, VerbHandler handler);
    // Ends the thread and removes the file.
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

  private:
    struct State;
    explicit ControlSocket(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// The name of a server that shares its data folder with others: this machine's and the port, "shop1-8780".
std::string server_name(std::uint16_t port);

// Runs a verb in a server of `data_folder` that runs on this machine; each line goes to `print`. `server`: which of
// several; empty when there is one. not_found: none listens there; conflict: several do, and the error
// names them.
base::Result<void> call_server(const std::string& data_folder, const std::string& server, const std::string& verb,
                               const std::string& args_json, const Print& print);

}  // namespace app
