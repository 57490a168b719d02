#pragma once

namespace common {

// Closes the calling process for good (IN-1): limits, no new privileges, a network namespace of its own where the
// system allows one, and a system-call list without sockets, files, processes and programs. Only `socket` stays open.
// Opening a file is refused with EACCES, since libraries ask for files they can do without; any other call beyond the
// list ends the process. False when a part that must hold could not be set up: then nothing may be decoded.
bool close_process(int socket);

}  // namespace common
