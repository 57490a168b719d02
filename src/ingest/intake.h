#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/metrics.h"
#include "ingest/context.h"
#include "model/store.h"

namespace ingest {

// What the sender of a webhook is answered.
enum class Decision {
    accepted,  // 200: durable in the inbox, or known as a duplicate of what is.
    refused,   // 401: not signed by an app of ours, or replayed; nothing was kept.
    busy,      // 503: cannot be kept now; the marketplace sends it again.
};

struct IntakeCounters {
    base::Counter accepted;
    base::Counter duplicates;
    base::Counter bad_signature;
    base::Counter replayed;  // Rightly signed, but older than any retry of the marketplace.
    base::Counter too_large;
    base::Counter unknown_shop;
    base::Counter busy;
};

// The edge for webhooks: verify the raw bytes, keep them, answer; nothing else happens here. Threads:
// any.
class Intake {
  public:
    explicit Intake(const Context& context) : context_(context) {}

    // `signature`: the header that carries it, as received. `done` is called once, maybe on the inbox's thread, where
    // it must not block.
    void receive(model::Platform platform, std::string raw_body, std::string_view signature,
                 std::move_only_function<void(Decision)> done);
    // A webhook that the marketplace kept for us and handed over by a call, so that nobody signed it: into the inbox as
    // if it had come by HTTP. Returns when it is on disk, or known, or too old to be taken.
    base::Result<void> recover(model::Platform platform, model::AppId app, std::string raw_body);
    // Apps, their secrets or stores were changed: look at them again. Changes of other instances are seen within
    // k_known_for.
    void forget_known();

    const IntakeCounters& counters() const { return counters_; }

    static constexpr std::size_t k_max_body = 256u << 10;
    // An envelope older than the marketplace's last retry (platform::Pace) is a replay, or our clock is wrong, which
    // the counter shows. It is answered 401: 200 would say that it was kept, and both count as answered, so that nobody
    // sends it again.
    static constexpr base::Duration k_known_for = base::seconds(10);

  private:
    struct Known;
    std::shared_ptr<const Known> known(base::Duration at_most);
    void refuse(base::Counter& counter, std::string_view why);
    void keep(const platform::Connector& connector, model::Platform platform, model::AppId app,
              std::shared_ptr<const Known> all, std::string raw_body, std::move_only_function<void(Decision)> done);

    const Context& context_;
    IntakeCounters counters_;
    std::mutex mutex_;
    std::shared_ptr<const Known> known_;
    std::int64_t refusal_logged_ms_ = 0;
};

}  // namespace ingest
