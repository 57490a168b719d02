#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "model/wire.h"

namespace common {

// What a request is answered through: frames in order, the last of which is `done` or `refused` (written by serve()).
class Answer {
  public:
    explicit Answer(int socket) : socket_(socket) {}
    // False when the core is gone; the work can stop.
    bool features(const model::Features& features);
    bool rows(const model::TableRows& rows);
    // The worker leaves after this item: its memory is no longer as it was (a tree too deep to be freed safely).
    void leave_afterwards() { leave_ = true; }
    bool leaves() const { return leave_; }

  private:
    int socket_;
    bool leave_ = false;
};

// Reads one request and answers; an empty result is success, else a stable key of why it could not be read.
using Handler = std::function<std::string(const model::ReadRequest&, Answer&)>;

// The prepared parent: waits on descriptor 3 for sockets, forks one closed child for each, which serves requests on it.
// `prepare` runs once before, with all rights: tables that libraries build on first use. Returns the exit status.
//
// A child takes one request at a time and leaves after 60 s without one, after 1,000 requests, after 2 s of processor
// time in all (its limit is 10 s, so that every request has at least 8), or when the core closes the socket. The parent
// leaves when the core closes descriptor 3, or 60 s after its last child.
int serve(const std::function<void()>& prepare, const Handler& handler);

}  // namespace common
