#include "base/http_client.h"

#include <future>

namespace base {

std::optional<std::string_view> HttpAnswer::header(std::string_view lower_case_name) const {
    const auto found = headers.find(std::string(lower_case_name));
    if (found == headers.end()) return std::nullopt;
    return found->second;
}

Error http_error(HttpFailure failure, std::string what) {
    switch (failure) {
        case HttpFailure::refused_by_policy:
            return {Code::forbidden, std::move(what), "egress.host_not_allowed", {}};
        case HttpFailure::not_sent:
            return {Code::unavailable, std::move(what), "egress.not_reached", {}};
        case HttpFailure::tls:
            return {Code::upstream_rejected, std::move(what), "egress.tls_refused", {}};
        case HttpFailure::unknown:
            return {Code::timeout, std::move(what), "egress.no_answer", {}};
        case HttpFailure::too_large:
            return {Code::upstream_rejected, std::move(what), "egress.answer_too_large", {}};
    }
    return {Code::internal, std::move(what), {}, {}};
}

Result<HttpAnswer> HttpClient::send(HttpRequest request) {
    std::promise<Result<HttpAnswer>> promise;
    auto future = promise.get_future();
    send_async(std::move(request), [&promise](Result<HttpAnswer> answer) { promise.set_value(std::move(answer)); });
    return future.get();
}

}  // namespace base
