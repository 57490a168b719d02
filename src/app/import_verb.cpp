#include "app/import_verb.h"

#include <boost/json.hpp>

#include "app/core.h"
#include "base/file.h"
#include "team/audit.h"

namespace app {

base::Result<void> import_file(Core& core, const base::Json& args, const Print& print) {
    const auto store = model::StoreId::parse(args["store"].string_or());
    if (!store) return base::fail(base::Code::invalid_input, "--store takes an id such as s_3");
    ingest::OrderImport::Upload upload;
    upload.store = *store;
    upload.file_name = args["file"].string_or();
    upload.day_order = ingest::parse_day_order(args["day_order"].string_or());
    upload.bytes = TRY(base::read_file(upload.file_name, 25u << 20));
    const auto preview = TRY(core.imports->preview(upload));
    for (const ingest::RowError& error : preview.errors)
        print(boost::json::serialize(boost::json::object{
            {"row", error.line}, {"error", error.code}, {"column", error.column}, {"value", error.value}}));
    if (!preview.missing.empty()) {
        std::string names;
        for (const std::string& field : preview.missing) names += (names.empty() ? "" : ", ") + field;
        TRY_VOID(core.imports->discard(preview.import.id));
        return base::fail(base::Code::invalid_input, "the file has no column for: " + names);
    }
    TRY(core.imports->apply(preview.import.id, [](db::Tx& tx, const db::Import& import) {
        return team::audit(tx, "cli", {.address = "cli", .user_agent = {}, .request_id = {}}, "import.applied",
                           import.id.text(), {{"file", import.file_name}}, import.store);
    }));
    while (core.imports->work()) {
    }
    print(boost::json::serialize(boost::json::object{{"import", preview.import.id.text()},
                                                     {"orders", preview.orders},
                                                     {"new", preview.created},
                                                     {"changed", preview.changed},
                                                     {"same", preview.same},
                                                     {"day_order", preview.day_order},
                                                     {"day_order_from", preview.day_order_from},
                                                     {"bad_rows", preview.import.errors}}));
    return {};
}

}  // namespace app
