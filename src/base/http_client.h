#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/secret.h"

namespace base {

// The way one store reaches the outside. Connections, TLS sessions and cookies are never shared between two profiles
// (OUT-8).
struct EgressProfile {
    // Whose traffic this is, e.g. "s_7"; part of the connection cache key.
    std::string owner;
    // "", "http://host:port", "https://host:port" or "socks5h://host:port". With a proxy set there is never a direct
    // connection.
    std::string proxy;
    std::string proxy_user;
    // Not copied around: shared by all calls of the profile.
    std::shared_ptr<const Secret> proxy_password;
};

struct HttpRequest {
    std::string method = "GET";
    // Absolute, http or https. May hold secrets in its query (TikTok's token endpoints): never log it.
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    EgressProfile egress;
    int connect_timeout_ms = 10'000;
    int total_timeout_ms = 30'000;
    std::size_t max_answer_bytes = 20u << 20;
};

struct HttpAnswer {
    int status = 0;
    // Names in lower case.
    std::multimap<std::string, std::string> headers;
    std::string body;
    std::optional<std::string_view> header(std::string_view lower_case_name) const;
};

// Why a call gave no complete answer; decides whether it may be repeated.
enum class HttpFailure {
    refused_by_policy,  // Host not on the allow-list: nothing was sent.
    not_sent,           // Name resolution, connect or proxy failed: nothing reached the host.
    tls,                // Certificate or handshake refused: nothing was sent. With a proxy: it may be intercepting.
    unknown,            // Sent, but the answer is missing or cut: it may have been executed.
    too_large,          // The answer exceeded max_answer_bytes.
};

// An Error of HttpClient: `code` is unavailable (not_sent), forbidden (refused_by_policy), upstream_rejected (tls,
// too_large) or timeout (unknown), so callers that only need "may I repeat" look at the code.
Error http_error(HttpFailure failure, std::string what);

// Outgoing HTTP. Redirects are never followed, cookies never kept. Threads: send() may be called from any thread and
// blocks; send_async() returns at once and calls `done` on the client's own thread, where it must not block.
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    virtual void send_async(HttpRequest request, std::move_only_function<void(Result<HttpAnswer>)> done) = 0;
    Result<HttpAnswer> send(HttpRequest request);
};

// For tests: answers by the given function, synchronously.
class FakeHttpClient final : public HttpClient {
  public:
    explicit FakeHttpClient(std::function<Result<HttpAnswer>(const HttpRequest&)> answer)
        : answer_(std::move(answer)) {}
    void send_async(HttpRequest request, std::move_only_function<void(Result<HttpAnswer>)> done) override {
        done(answer_(request));
    }

  private:
    std::function<Result<HttpAnswer>(const HttpRequest&)> answer_;
};

}  // namespace base
