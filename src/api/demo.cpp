#include "api/answer.h"
#include "api/audited.h"
#include "api/routes.h"
#include "api/services.h"
#include "db/database.h"

namespace api {
namespace {

base::Result<http::Response> leave_demo(Services& services, const Call& call) {
    // First the leaf: what is removed can no longer be named afterwards.
    TRY_VOID(
        services.database.write(db::Lane::interactive, [&](db::Tx& tx) { return audit(tx, call, "demo.left", {}); }));
    TRY_VOID(services.leave_demo());
    return no_content();
}

}  // namespace

std::vector<Route> demo_routes() {
    return {{http::Method::post,
             "/demo/leave",
             "leaveDemo",
             model::Action::leave_demo,
             &leave_demo,
             {},
             64u << 10,
             SignedIn::yes,
             true}};
}

}  // namespace api
