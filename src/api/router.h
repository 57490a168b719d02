#pragma once

#include <functional>
#include <string>
#include <vector>

#include "api/route.h"

namespace api {

// Finds who calls, by the session cookie. A request without a (valid) session is a Caller of state `no`, never an
// error.
using Identify = std::function<base::Result<Caller>(const http::Request&)>;
// May this caller run this route, on this store? (team::authorise) The request tells the audit log where from.
using Authorise =
    std::function<base::Result<void>(const Caller&, const Route&, std::optional<model::StoreId>, const http::Request&)>;

// Leads a request below /api/v1 to its route: path and method, cross-site checks (SES-5), who calls, whether they may,
// and the shape of the body. Threads: any; immutable after construction.
class Router {
  public:
    // Two routes of the same method and path are a bug: aborts.
    Router(std::vector<Route> routes, Identify identify, Authorise authorise);

    // Largest body the route for this request takes; 0 where there is none.
    std::size_t max_body_bytes(const http::Request& request) const;
    // Does the route for this request compute a password's hash?
    bool hashes(const http::Request& request) const;
    http::Response handle(Services& services, const http::Request& request) const;
    const std::vector<Route>& routes() const { return routes_; }

  private:
    struct Match {
        const Route* route = nullptr;
        std::vector<std::string> arguments;
        std::string allowed;  // Methods of the path when the method does not match.
    };
    Match match(const http::Request& request) const;

    std::vector<Route> routes_;
    Identify identify_;
    Authorise authorise_;
};

// Does the request come from our own pages (or from a program that sets our header)? Pure.
base::Result<void> check_same_site(const http::Request& request);
// Is the body what the route says? The error's `what` names the field after a colon.
base::Result<void> check_body(const base::Json& body, const std::vector<BodyField>& fields);

}  // namespace api
