#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/http_client.h"

namespace egress {
class Client;
}

namespace sandbox {

// Sends webhooks to this machine and nowhere else: a client per origin, made when a loopback address is first written
// to. Any other address fails as refused_by_policy. Threads: any.
class WebhookClient final : public base::HttpClient {
  public:
    WebhookClient();
    ~WebhookClient() override;
    void send_async(base::HttpRequest request,
                    std::move_only_function<void(base::Result<base::HttpAnswer>)> done) override;

  private:
    std::mutex mutex_;
    std::map<std::string, std::unique_ptr<egress::Client>> clients_;
};

}  // namespace sandbox
