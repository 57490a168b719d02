#include "api/audited.h"

#include <boost/json.hpp>

namespace api {

base::Result<void> audit(db::Tx& tx, const Call& call, std::string_view kind, std::string_view object,
                         model::StoreId store,
                         std::initializer_list<std::pair<std::string_view, std::string_view>> detail) {
    boost::json::object payload{{"address", call.audit_address}, {"request_id", call.request.request_id}};
    for (const auto& [name, value] : detail)
        if (!value.empty()) payload[name] = value;
    db::AuditEntry entry;
    entry.actor = call.caller.person.id.text();
    entry.kind = kind;
    entry.object = object;
    entry.store = store;
    entry.payload = boost::json::serialize(payload);
    TRY_VOID(db::audit(tx, entry));
    return {};
}

}  // namespace api
