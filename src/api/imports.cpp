#include <boost/json.hpp>

#include "api/answer.h"
#include "api/audited.h"
#include "api/event_hub.h"
#include "api/input.h"
#include "api/json_out.h"
#include "api/routes.h"
#include "api/services.h"
#include "base/encoding.h"
#include "db/database.h"
#include "db/imports.h"
#include "ingest/import/order_import.h"

namespace api {
namespace {

// 25 MiB of file (design 5), as base64.
constexpr std::size_t k_max_content = 35u << 20;

std::string_view state_of(const ingest::OrderImport::Preview& preview) {
    switch (preview.import.state) {
        case db::ImportState::staging:
            return "reading";
        case db::ImportState::ready:
            return preview.missing.empty() ? "ready" : "failed";
        case db::ImportState::applying:
            return "applying";
        case db::ImportState::applied:
            return "applied";
        case db::ImportState::discarded:
            return "failed";
    }
    return "failed";
}

boost::json::array errors_json(const std::vector<ingest::RowError>& errors) {
    boost::json::array out;
    for (const ingest::RowError& error : errors) {
        boost::json::object row{{"row", error.line}, {"code", error.code}};
        if (!error.column.empty()) row["column"] = error.column;
        if (!error.value.empty()) row["value"] = error.value;
        out.emplace_back(std::move(row));
    }
    return out;
}

// The first orders as they would be read, so that a wrong column shows before anything is changed.
boost::json::array sample_json(const std::vector<model::Order>& orders) {
    boost::json::array out;
    for (const model::Order& order : orders)
        out.emplace_back(
            boost::json::object{{"order_id", order.ext_id},
                                {"status", model::name(order.status)},
                                {"amount", base::decimal(order.total) + " " + order.total.currency.text()},
                                {"created", base::iso8601(order.created_at)},
                                {"item", order.lines.empty() ? std::string() : order.lines.front().product_name},
                                {"buyer", mask_name(order.buyer_name.reveal())}});
    return out;
}

boost::json::object import_json(const ingest::OrderImport::Preview& preview) {
    const db::Import& import = preview.import;
    boost::json::array columns, fields;
    for (const std::string& column : preview.columns) columns.emplace_back(column);
    for (const auto& field : preview.fields)
        fields.emplace_back(boost::json::object{{"name", field.name}, {"required", field.required}});
    boost::json::object mapping;
    for (const auto& [field, column] : preview.mapping) mapping[field] = column;
    boost::json::object out{{"id", import.id.text()},
                            {"kind", import.kind},
                            {"store", import.store.text()},
                            {"file_name", import.file_name},
                            {"format", import.format},
                            {"state", state_of(preview)},
                            {"rows", preview.lines},
                            {"good", preview.orders},
                            {"bad", import.errors},
                            {"new", preview.created},
                            {"changed", preview.changed},
                            {"same", preview.same},
                            {"errors", errors_json(preview.errors)},
                            {"columns", std::move(columns)},
                            {"mapping", std::move(mapping)},
                            {"fields", std::move(fields)},
                            {"sample", sample_json(preview.sample)}};
    if (import.state == db::ImportState::applying && preview.orders > 0)
        out["progress"] = static_cast<double>(import.applied) / static_cast<double>(preview.orders);
    if (!preview.day_order_from.empty()) {
        out["day_order"] = preview.day_order;
        out["day_order_from"] = preview.day_order_from;
    }
    if (!preview.missing.empty()) out["failure"] = "import.columns_missing";
    return out;
}

base::Result<model::StoreId> store_of_body(const Call& call) {
    const auto store = model::StoreId::parse(text_or(call.body, "store"));
    if (!store) return bad_parameter("store");
    TRY_VOID(check_visible(call, *store));
    return *store;
}

base::Result<http::Response> preview_import(Services& services, const Call& call) {
    if (text_or(call.body, "kind") != "orders") return bad_parameter("kind");
    ingest::OrderImport::Upload upload;
    upload.store = TRY(store_of_body(call));
    upload.by = call.caller.person.id;
    upload.file_name = text_or(call.body, "file_name");
    auto bytes = base::parse_base64(call.body["content_base64"].string().value_or(""));
    if (!bytes) return bad_parameter("content_base64");
    upload.bytes = std::move(*bytes);
    for (const auto& [field, column] : call.body["mapping"].members())
        upload.mapping[std::string(field)] = column.string_or();
    if (const auto order = call.body["day_order"].string()) {
        upload.day_order = ingest::parse_day_order(*order);
        if (!upload.day_order) return bad_parameter("day_order");
    }
    return json(import_json(TRY(services.imports.preview(upload))), 201);
}

// The import, when the caller may see its store.
base::Result<db::Import> visible_import(Services& services, const Call& call) {
    db::Import import = TRY(services.imports.head(TRY(call.id<model::ImportId>(0))));
    TRY_VOID(check_visible(call, import.store));
    return import;
}

base::Result<http::Response> get_import(Services& services, const Call& call) {
    const db::Import import = TRY(visible_import(services, call));
    return json(import_json(TRY(services.imports.find(import.id))));
}

base::Result<http::Response> discard_import(Services& services, const Call& call) {
    const db::Import import = TRY(visible_import(services, call));
    TRY_VOID(services.imports.discard(import.id));
    return no_content();
}

base::Result<http::Response> apply_import(Services& services, const Call& call) {
    const db::Import import = TRY(visible_import(services, call));
    const std::string id = import.id.text();
    TRY(services.imports.apply(import.id, [&](db::Tx& tx, const db::Import& now) {
        return audit(tx, call, "import.applied", id, now.store, {{"file", now.file_name}});
    }));
    services.events.publish({"imports", import.store, id});
    services.stores_changed();
    return json(import_json(TRY(services.imports.find(import.id))), 202);
}

}  // namespace

std::vector<Route> import_routes() {
    return {
        {http::Method::post,
         "/imports",
         "previewImport",
         model::Action::import_data,
         &preview_import,
         {{.name = "kind", .required = true, .max = 20},
          {.name = "store", .required = true, .max = 30},
          {.name = "file_name", .required = true, .max = 300},
          {.name = "content_base64", .required = true, .max = k_max_content},
          {.name = "format", .max = 60},
          {.name = "day_order", .max = 20},
          {.name = "mapping", .type = BodyField::Type::text_map, .max = 100}},
         k_max_content + (64u << 10)},
        {http::Method::get, "/imports/{import}", "getImport", model::Action::import_data, &get_import},
        {http::Method::del, "/imports/{import}", "discardImport", model::Action::import_data, &discard_import},
        {http::Method::post,
         "/imports/{import}/apply",
         "applyImport",
         model::Action::import_data,
         &apply_import,
         {},
         64u << 10,
         SignedIn::yes,
         true},
    };
}

}  // namespace api
