#include "app/doctor.h"

#include <boost/json.hpp>
#include <filesystem>

#include "app/core.h"
#include "db/audit.h"
#include "db/inbox.h"
#include "db/keys.h"
#include "db/stores.h"
#include "db/sync.h"

namespace app {
namespace {

struct Check {
    std::string name;
    bool ok = false;
    std::string detail;
};

constexpr std::uintmax_t k_enough_free = 1u << 30;

Check check_disk(const Core& core) {
    std::error_code error;
    const auto space = std::filesystem::space(core.config.data, error);
    return {"disk", !error && space.available >= k_enough_free,
            std::to_string(space.available >> 20) + " MiB free, at least 1024 wanted"};
}

Check check_folder(const Core& core) {
    std::error_code error;
    const auto mode = std::filesystem::status(core.config.data, error).permissions();
    const bool closed = (mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
                        std::filesystem::perms::none;
    return {"data folder", !error && closed,
            closed ? "only its owner may enter" : "others may enter it: chmod 700 " + core.config.data};
}

Check check_log(Core& core) {
    const auto result = core.database->read([](db::Reader& reader) { return db::check_audit(reader); });
    if (!result) return {"audit log", false, result.error().what};
    if (!result->ok)
        return {"audit log", false,
                result->problem + (result->first_bad ? " at entry " + std::to_string(*result->first_bad) : "")};
    return {"audit log", true, std::to_string(result->size) + " entries unchanged"};
}

Check check_inbox(Core& core) {
    const auto state = core.database->inbox().state();
    if (!state) return {"inbox", false, state.error().what};
    return {"inbox", state->failed == 0,
            std::to_string(state->fresh) + " waiting, " + std::to_string(state->claimed) + " in work, " +
                std::to_string(state->failed) + " could not be read"};
}

Check check_stores(Core& core) {
    const auto stores = core.database->read([](db::Reader& reader) { return db::list_stores(reader); });
    if (!stores) return {"stores", false, stores.error().what};
    std::size_t cut_off = 0;
    for (const model::Store& store : *stores)
        cut_off += store.connection == model::Connection::reconnect || store.connection == model::Connection::held;
    return {"stores", cut_off == 0,
            std::to_string(stores->size()) + " stores, " + std::to_string(cut_off) + " need somebody to connect them"};
}

Check check_quarantine(Core& core) {
    const auto count = core.database->read([](db::Reader& reader) { return db::count_quarantined(reader); });
    if (!count) return {"quarantine", false, count.error().what};
    return {"quarantine", *count == 0, std::to_string(*count) + " records could not be understood"};
}

}  // namespace

base::Result<void> run_doctor(Core& core, const base::Json&, const Print& print) {
    std::size_t bad = 0;
    for (const Check& check : {check_disk(core), check_folder(core), check_log(core), check_inbox(core),
                               check_stores(core), check_quarantine(core)}) {
        print(boost::json::serialize(
            boost::json::object{{"check", check.name}, {"ok", check.ok}, {"detail", check.detail}}));
        bad += check.ok ? 0 : 1;
    }
    if (bad > 0)
        return base::fail(base::Code::precondition_failed, std::to_string(bad) + " of the checks need somebody");
    return {};
}

base::Result<void> rotate_kek(Core& core, const base::Json&, const Print& print) {
    const std::size_t count = TRY(core.change_kek());
    print(boost::json::serialize(boost::json::object{{"keys", count}}));
    return {};
}

}  // namespace app
