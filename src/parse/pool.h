#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "model/features.h"
#include "model/wire.h"

// The core's side of the workers: closed processes that read foreign bytes. This room links no decoder.
namespace parse {

struct PoolOptions {
    std::string program;  // Path of stallward-worker-text.
    int workers_max = 2;
    int item_timeout_ms = 20'000;  // A worker's own processor limit is 10 s.
    model::ReadLimits limits;
};

// Keys of errors: "worker.died", "worker.timeout", "worker.refused" (its answer was not what it may be),
// "worker.start", "read.too_large", and those of workers/text ("mime.no_headers", "table.unclosed_quote" …). Whatever
// the error, the bytes could not be checked: never clean (IN-2).
class Pool {
  public:
    // Starts nothing yet: the first request does.
    explicit Pool(PoolOptions options);
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;
    ~Pool();

    // Blocks until a worker is free and has answered. Threads: any. The answer has been checked (check.h).
    base::Result<model::Features> features(model::ReadKind kind, std::string_view bytes);
    // Rows come in pieces, in order, on the calling thread; what `on_rows` returns as an error ends the reading. After
    // an error the rows given so far are worth nothing.
    base::Result<void> table(std::string_view bytes,
                             const std::function<base::Result<void>(const model::TableRows&)>& on_rows);

    // Processes started so far, for metrics and tests.
    std::uint64_t workers_started() const;

  private:
    struct State;
    std::unique_ptr<State> state_;
};

// The path of stallward-worker-text in the folder of the running program.
std::string worker_beside_program();

}  // namespace parse
