#include "api/answer.h"
#include "api/event_hub.h"
#include "api/routes.h"
#include "api/services.h"

namespace api {
namespace {

base::Result<http::Response> stream_events(Services& services, const Call& call) {
    http::Response response;
    response.stream = TRY(services.events.open(call.caller));
    response.set("content-type", "text/event-stream").set("cache-control", "no-store").set("x-accel-buffering", "no");
    return response;
}

}  // namespace

std::vector<Route> event_routes() {
    return {{http::Method::get, "/events", "streamEvents", model::Action::own_session, &stream_events}};
}

}  // namespace api
