#include "sandbox/webhook_client.h"

#include <utility>

#include "egress/address.h"
#include "egress/client.h"

namespace sandbox {

WebhookClient::WebhookClient() = default;
WebhookClient::~WebhookClient() = default;

void WebhookClient::send_async(base::HttpRequest request,
                               std::move_only_function<void(base::Result<base::HttpAnswer>)> done) {
    const auto origin = egress::origin_of(request.url);
    if (!origin || !egress::is_loopback(origin->host)) {
        done(std::unexpected(
            base::http_error(base::HttpFailure::refused_by_policy, "webhooks go to this machine only")));
        return;
    }
    egress::Client* client = nullptr;
    {
        const std::scoped_lock lock(mutex_);
        std::unique_ptr<egress::Client>& known = clients_[origin->text()];
        if (!known) {
            egress::Options options;
            options.allowed_origins = {origin->text()};
            options.max_running_per_origin = 64;
            auto started = egress::Client::start(std::move(options));
            if (!started) {
                done(std::unexpected(started.error()));
                return;
            }
            known = std::move(*started);
        }
        client = known.get();
    }
    client->send_async(std::move(request), std::move(done));
}

}  // namespace sandbox
