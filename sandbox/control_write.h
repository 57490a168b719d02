#pragma once

#include <boost/json/fwd.hpp>

#include "base/json.h"
#include "base/result.h"
#include "sandbox/tiktok/app.h"

namespace sandbox {

boost::json::object app_json(const tiktok::App& app);
boost::json::object shop_json(const Shop& shop);
// Takes over the members that `body` has; invalid_input, with the member's name, changes nothing.
base::Result<void> change_app(tiktok::App& app, const base::Json& body);

}  // namespace sandbox
