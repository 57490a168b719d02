#pragma once

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
    // Starts listening at `data_folder`/control.sock; a stale file of a dead server is replaced (the data folder's lock
    // is held by the caller). `handler` runs on the socket's own thread, one request at a time.
    static base::Result<std::unique_ptr<ControlSocket>> listen(const std::string& data_folder, VerbHandler handler);
    // Ends the thread and removes the file.
    ~ControlSocket();
    ControlSocket(const ControlSocket&) = delete;
    ControlSocket& operator=(const ControlSocket&) = delete;

  private:
    struct State;
    explicit ControlSocket(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

// Runs a verb in the server that holds `data_folder`; each line goes to `print`. not_found: no server listens there.
base::Result<void> call_server(const std::string& data_folder, const std::string& verb, const std::string& args_json,
                               const Print& print);

}  // namespace app
