#pragma once

#include <boost/json/array.hpp>
#include <vector>

#include "base/result.h"
#include "model/alert.h"

namespace db {
class Reader;
}

// Rows that more than one screen shows and that need the database.
namespace api {

// Alerts with the strongest reasons of their latest finding.
base::Result<boost::json::array> alert_rows(db::Reader& reader, const std::vector<model::Alert>& alerts);

}  // namespace api
