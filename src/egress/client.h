#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/http_client.h"
#include "base/result.h"

namespace egress {

struct Options {
    // The only origins that are ever asked, e.g. "https://open-api.tiktokglobalshop.com". Plain http is possible for a
    // loopback address that stands here.
    std::vector<std::string> allowed_origins = {};
    // Roots (PEM) that servers' certificates are checked against; empty: those of the system.
    std::string roots_pem = {};
    // Roots for the certificates of https:// proxies. Never used for what is behind the proxy. Empty: the system's.
    std::string proxy_roots_pem = {};
    // At one time, of one profile to one origin; more wait, and waiting counts into the request's total time.
    int max_running_per_origin = 4;
    // Of one profile; above it a request fails at once with not_sent.
    int max_waiting = 1'000;
    // A profile that was not used for so long loses its connections.
    int idle_profile_ms = 300'000;
};

struct Counters {
    std::uint64_t requests = 0;
    std::uint64_t answers = 0;
    std::uint64_t refused_by_policy = 0;
    std::uint64_t not_sent = 0;
    std::uint64_t tls = 0;
    std::uint64_t unknown = 0;
    std::uint64_t too_large = 0;
    std::uint64_t profiles = 0;  // Now.
};

// Outgoing HTTP/1.1 by libcurl. One thread drives all transfers.
//
// Each profile (owner, proxy and its credentials) has connections, TLS sessions and name lookups of its own (OUT-8).
// With a proxy set, there is neither a direct connection nor a lookup of the target's name, whatever fails (OUT-5,
// OUT-6), and the proxy variables of the environment are never read. Redirects are not followed, cookies not kept.
// TLS 1.2 or later is verified end to end.
//
// A request other than GET and HEAD is put on the wire at most once: where libcurl would silently send it again because
// a kept connection turned out dead, the answer is HttpFailure::unknown instead.
//
// Threads: send_async from any thread. `done` runs on the client's thread, or on the caller's when the request is
// refused before anything is begun.
class Client final : public base::HttpClient {
  public:
    // invalid_input: an origin or a root certificate that cannot be read.
    static base::Result<std::unique_ptr<Client>> start(Options options);
    // Running and waiting requests fail (not_sent or unknown); then the thread ends. Not from `done`.
    ~Client() override;

    // Replaces the origins that may be asked, for requests from now on. An origin that cannot be read changes nothing.
    base::Result<void> allow(const std::vector<std::string>& origins);
    void send_async(base::HttpRequest request,
                    std::move_only_function<void(base::Result<base::HttpAnswer>)> done) override;
    Counters counters() const;

  private:
    class Engine;
    explicit Client(std::unique_ptr<Engine> engine);
    std::unique_ptr<Engine> engine_;
};

}  // namespace egress
