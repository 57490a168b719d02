#include "ingest/exits.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/text.h"
#include "db/exits.h"
#include "db/settings.h"
#include "db/stores.h"
#include "ingest/calls.h"
#include "ingest/notice.h"

namespace ingest {
namespace {

constexpr std::string_view k_country_alert = "store.exit_country";
constexpr std::string_view k_shared_alert = "store.exit_shared";

// One spelling for each address, so that two are the same exactly when their texts are.
std::string canonical(std::string_view text) {
    const std::string copy(text);
    std::array<unsigned char, 16> bytes{};
    std::array<char, INET6_ADDRSTRLEN> out{};
    for (const int family : {AF_INET, AF_INET6})
        if (::inet_pton(family, copy.c_str(), bytes.data()) == 1)
            return ::inet_ntop(family, bytes.data(), out.data(), out.size());
    return {};
}

std::string country_of(std::string_view text) {
    if (text.size() != 2) return {};
    std::string out;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            out += c;
        else if (c >= 'a' && c <= 'z')
            out += static_cast<char>(c - 'a' + 'A');
        else
            return {};
    }
    return out;
}

base::HttpRequest question(const std::string& url, base::EgressProfile egress) {
    base::HttpRequest request;
    request.url = url;
    request.headers = {{"accept", "application/json, text/plain"}};
    request.egress = std::move(egress);
    request.connect_timeout_ms = Exits::k_timeout_ms;
    request.total_timeout_ms = Exits::k_timeout_ms;
    request.max_answer_bytes = 64u << 10;
    return request;
}

// Stable keys for why nothing was found out; never the text of a stranger's answer.
std::string error_key(const base::Error& error) {
    return error.key.empty() ? std::string(base::name(error.code)) : error.key;
}

base::Result<void> tell_sharing(db::Tx& tx, const model::Exit& exit) {
    for (const model::Exit& other : TRY(db::list_exits(tx))) {
        if (other.store == exit.store || other.address != exit.address) continue;
        if (other.proxy == exit.proxy) continue;  // The same way out on purpose, or both direct: the screen shows it.
        const model::Store known = TRY(db::find_store(tx, other.store));
        if (known.connection != model::Connection::connected) continue;
        TRY_VOID(raise(tx, exit.store, k_shared_alert, model::Severity::medium,
                       {{"address", exit.address}, {"other", known.name}}, exit.address));
        break;
    }
    return {};
}

}  // namespace

base::Result<std::string> exit_service(db::Reader& reader) {
    const auto stored = TRY(db::find_setting(reader, setting::exit_service));
    if (!stored) return std::string();
    return TRY(base::JsonDocument::parse(stored->value)).root().string_or();
}

base::Result<SeenFrom> read_seen_from(std::string_view body) {
    SeenFrom seen;
    seen.address = canonical(base::trim(body));
    if (seen.address.empty()) {
        const auto document = base::JsonDocument::parse(body, 4);
        if (document) {
            for (const std::string_view name : {"ip", "address", "origin", "query"}) {
                seen.address = canonical((*document)[name].string().value_or(""));
                if (!seen.address.empty()) break;
            }
            for (const std::string_view name : {"country_code", "countryCode", "country", "cc"}) {
                seen.country = country_of((*document)[name].string().value_or(""));
                if (!seen.country.empty()) break;
            }
        }
    }
    if (seen.address.empty())
        return base::fail(base::Code::invalid_input, "no address in the answer", "network.exit_unreadable");
    return seen;
}

model::Exit after_look(model::Exit before, const SeenFrom& seen, std::string_view proxy, base::Time now) {
    model::Exit next = std::move(before);
    // Another way out was set: what was seen through the old one is no change of this one.
    if (next.proxy != proxy) {
        next.previous_address.clear();
        next.previous_country.clear();
        next.changed_at = {};
    } else if (!next.address.empty() && next.address != seen.address) {
        next.previous_address = next.address;
        next.previous_country = next.country;
        next.changed_at = now;
    }
    next.proxy = proxy;
    next.address = seen.address;
    next.country = seen.country;
    next.seen_at = now;
    next.tried_at = now;
    next.error_key.clear();
    return next;
}

base::Result<model::Exit> Exits::save(model::StoreId store, const std::string& proxy,
                                      const base::Result<base::HttpAnswer>& answer) {
    base::Result<SeenFrom> seen = answer ? read_seen_from(answer->body) : std::unexpected(answer.error());
    if (answer && answer->status != 200)
        seen = base::fail(base::Code::upstream_rejected, "address service refused", "network.exit_refused");
    return context_.database.write(db::Lane::bulk, [&](db::Tx& tx) -> base::Result<model::Exit> {
        const model::Store now_known = TRY(db::find_store(tx, store));
        model::Exit none;
        none.store = store;
        none.proxy = proxy;
        model::Exit before = TRY(db::find_exit(tx, store)).value_or(none);
        // The way out was changed while the answer was on its way: it tells nothing about the new one.
        if (now_known.proxy != proxy) return before;
        if (!seen) {
            // What was seen through another way out is not true of this one.
            if (before.proxy != proxy) before = none;
            before.tried_at = tx.now();
            before.error_key = error_key(seen.error());
            TRY_VOID(db::save_exit(tx, before));
            return before;
        }
        const model::Exit next = after_look(before, *seen, proxy, tx.now());
        TRY_VOID(db::save_exit(tx, next));
        const bool moved = next.address != before.address;
        if (moved && !next.previous_country.empty() && !next.country.empty() && next.changed_at == tx.now() &&
            next.previous_country != next.country)
            TRY_VOID(raise(tx, store, k_country_alert, model::Severity::high,
                           {{"from", next.previous_country}, {"to", next.country}, {"address", next.address}}));
        if (moved) {
            if (!before.address.empty()) TRY_VOID(settle(tx, store, k_shared_alert, before.address));
            TRY_VOID(tell_sharing(tx, next));
        }
        return next;
    });
}

base::Result<model::Exit> Exits::look(model::StoreId store) {
    std::string url;
    const auto credentials = TRY(context_.database.read([&](db::Reader& reader) -> base::Result<platform::Credentials> {
        url = TRY(exit_service(reader));
        return load_credentials(reader, store);
    }));
    if (url.empty()) return base::fail(base::Code::precondition_failed, "no address service", "network.no_service");
    if (credentials.store.connection != model::Connection::connected)
        return base::fail(base::Code::precondition_failed, "store is not connected", "store.not_connected");
    return save(store, credentials.store.proxy, context_.http.send(question(url, credentials.egress)));
}

base::Result<bool> Exits::run() {
    struct Look {
        model::StoreId store;
        base::EgressProfile egress;
        std::optional<base::Result<base::HttpAnswer>> answer;
    };
    std::string url;
    std::vector<Look> looks;
    bool more = false;
    TRY_VOID(context_.database.read([&](db::Reader& reader) -> base::Result<void> {
        url = TRY(exit_service(reader));
        if (url.empty()) return {};
        const base::Time late = context_.clock.now() - k_interval;
        for (const model::Store& store : TRY(db::list_stores(reader))) {
            if (store.connection != model::Connection::connected) continue;
            const auto exit = TRY(db::find_exit(reader, store.id));
            if (exit && exit->tried_at > late && exit->proxy == store.proxy) continue;
            if (looks.size() == k_at_a_time) {
                more = true;
                break;
            }
            auto credentials = load_credentials(reader, store.id);
            if (credentials) looks.push_back({store.id, std::move(credentials->egress), {}});
        }
        return {};
    }));

    std::mutex mutex;
    std::condition_variable all;
    std::size_t waiting = looks.size();
    for (Look& look : looks)
        context_.http.send_async(question(url, look.egress), [&, &mine = look](base::Result<base::HttpAnswer> answer) {
            const std::scoped_lock lock(mutex);
            mine.answer.emplace(std::move(answer));
            --waiting;
            all.notify_one();
        });
    {
        std::unique_lock lock(mutex);
        all.wait(lock, [&] { return waiting == 0; });
    }
    for (const Look& look : looks) {
        const auto saved = save(look.store, look.egress.proxy, *look.answer);
        // Removed meanwhile: nothing to keep.
        if (!saved && saved.error().code != base::Code::not_found) return std::unexpected(saved.error());
    }
    return more;
}

}  // namespace ingest
