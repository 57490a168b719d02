#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "http/message.h"

namespace api {

http::Response json(const boost::json::value& value, int status = 200);
http::Response no_content();

// RFC 9457. `code` is error.key, or the name of error.code where there is none; error.what is logged, never sent.
// `status`: where HTTP has a more exact one than status_of(error.code), 0 otherwise.
http::Response problem(const base::Error& error, std::string_view request_id, std::string_view field = {},
                       int status = 0);
// HTTP status of an error.
int status_of(base::Code code);

// RFC 3339, or null for 0.
boost::json::value time_or_null(base::Time time);
// Sets `name` unless the time is 0: absent means "not known".
void set_time(boost::json::object& to, std::string_view name, base::Time time);

}  // namespace api
