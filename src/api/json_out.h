#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "base/money.h"
#include "model/alert.h"
#include "model/finding.h"
#include "model/order.h"
#include "model/store.h"

// How model things look in answers (schemas of api/openapi.yaml). One function a schema, used by every route that sends
// it.
namespace api {

boost::json::object money_json(const base::Money& money);
boost::json::array flags_json(std::uint32_t flags);
// `first_item` is the product name of the first line. The buyer is masked.
boost::json::object order_json(const model::Order& order, std::string_view first_item);
boost::json::object store_json(const model::Store& store);
boost::json::object reason_json(const model::Reason& reason);
// The strongest `most` ones.
boost::json::array reasons_json(const std::vector<model::Reason>& reasons, std::size_t most = SIZE_MAX);

boost::json::object alert_json(const model::Alert& alert, const std::vector<model::Reason>& reasons,
                               std::size_t most_reasons);

// Masked forms (DP-5): first letter of a name, last two digits of a phone. What is masked already stays as it is.
std::string mask_name(std::string_view name);
std::string mask_phone(std::string_view phone);

}  // namespace api
