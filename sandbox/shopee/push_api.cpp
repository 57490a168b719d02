#include <fmt/format.h>

#include <set>

#include "sandbox/shopee/pushes.h"
#include "sandbox/shopee/service.h"

// Configuration of pushes, and those that were lost (pages push.*).
namespace sandbox::shopee {
namespace {

std::string joined(const std::set<int>& codes) {
    std::string out;
    for (const int code : codes) out += (out.empty() ? "" : ",") + std::to_string(code);
    return out;
}

// False where the field is there and no list of known codes.
bool read_codes(const base::Json& json, const std::set<int>& known, std::set<int>& out) {
    if (!json.present()) return true;
    if (!json.is_array()) return false;
    for (const base::Json& code : json.items()) {
        const auto number = code.integer();
        if (!number || !known.contains(static_cast<int>(*number))) return false;
        out.insert(static_cast<int>(*number));
    }
    return true;
}

}  // namespace

Answer Service::get_push_config(Call& /*call*/) {
    const App& app = registry_.app();
    std::set<int> off;
    for (const int code : push_codes(app))
        if (!app.push_on.contains(code)) off.insert(code);
    return success(
        fmt::format(R"({{"callback_url":{},"live_push_status":"Normal","suspended_time":0,"blocked_shop_id":[],)"
                    R"("push_config_on_list":[{}],"push_config_off_list":[{}]}})",
                    base::json_quote(app.callback_url), joined(app.push_on), joined(off)));
}

Answer Service::set_push_config(Call& call) {
    App& app = registry_.app();
    const base::Json body = call.body->root();
    const std::set<int> known = push_codes(app);
    std::set<int> on;
    std::set<int> off;
    const auto address = body["callback_url"].string();
    if (body["callback_url"].present() && (!address || !address->starts_with("http")))
        return refused("error_param", "Wrong parameters, detail: callback_url.");
    if (!read_codes(body["set_push_config_on"], known, on) || !read_codes(body["set_push_config_off"], known, off))
        return refused("error_param", "Wrong parameters, detail: a push of this code is not for this app.");
    if (address) app.callback_url = *address;
    app.push_on.insert(on.begin(), on.end());
    for (const int code : off) app.push_on.erase(code);
    if (push_config_changed) push_config_changed();
    return success(R"({"result":"success"})");
}

Answer Service::get_lost_pushes(Call& call) {
    constexpr std::size_t k_most = 100;
    constexpr std::int64_t k_kept_ms = 3 * 86'400'000ll;
    while (!lost_.empty() && lost_.front().at_ms < call.now_ms - k_kept_ms) lost_.pop_front();
    std::string list;
    std::uint64_t last = 0;
    for (std::size_t i = 0; i < lost_.size() && i < k_most; ++i) {
        const LostPush& push = lost_[i];
        last = push.id;
        list += fmt::format(R"({}{{"code":{},"timestamp":{},"data":{}}})", list.empty() ? "" : ",", push.code,
                            push.at_ms / 1'000, base::json_quote(push.body));
    }
    return success(fmt::format(R"({{"push_message_list":[{}],"has_next_page":{},"last_message_id":{}}})", list,
                               lost_.size() > k_most, last));
}

Answer Service::confirm_lost_pushes(Call& call) {
    const auto last = (*call.body)["last_message_id"].integer();
    if (!last || *last < 0) return refused("error_param", "Wrong parameters, detail: last_message_id.");
    while (!lost_.empty() && lost_.front().id <= static_cast<std::uint64_t>(*last)) lost_.pop_front();
    return success("{}");
}

}  // namespace sandbox::shopee
