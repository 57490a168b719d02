#pragma once

#include "api/route.h"
#include "ingest/connect.h"

// The browser's way to the marketplace's authorisation page and back (API-5).
namespace api {

// Answers {"url"} and binds the journey to this browser by a cookie of its own: the marketplace's redirect comes from
// another site, where the session's strict cookie is not sent (SES-1 allows Lax for the OAuth return only).
base::Result<http::Response> begin_connecting(Services& services, model::Platform platform,
                                              ingest::Connect::Begin begin);

// GET /oauth/<platform>/callback: completes and sends the browser to a clean address, so that neither code nor state
// stays in its history (TM-OA-2).
http::Response finish_connecting(Services& services, const http::Request& request);

}  // namespace api
