#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

// Reading what a request asks for. A refusal names the parameter.
namespace api {

std::unexpected<base::Error> bad_parameter(std::string_view name);
base::Result<base::Time> time_parameter(const Call& call, std::string_view name);  // 0 when absent
base::Result<std::size_t> limit_parameter(const Call& call, std::size_t most);     // `most` when absent

// The stores that a list shows: those asked for by `store=`, or all the person may see. An empty list means "all";
// asking for a store one may not see is not_found, as if it did not exist.
base::Result<std::vector<model::StoreId>> visible_stores(const Call& call);
base::Result<void> check_visible(const Call& call, model::StoreId store);

// Opaque cursors: numbers, base64url.
std::string cursor_text(std::initializer_list<std::int64_t> numbers);
base::Result<std::vector<std::int64_t>> parse_cursor(std::string_view text);

// The flat object of texts that an event's detail holds, for answers.
boost::json::object detail_json(std::string_view compact);

// Body accessors for fields that check_body() has already found right.
std::string text_or(const base::Json& body, std::string_view name, std::string_view otherwise = {});

}  // namespace api
