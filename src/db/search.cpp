#include <algorithm>
#include <map>
#include <set>

#include "base/log.h"
#include "db/conversations.h"
#include "db/database.h"
#include "db/events.h"
#include "db/keys.h"
#include "db/search_engine.h"
#include "db/search_tokens.h"

namespace db::search {
namespace {

constexpr std::string_view k_consumer = "search";
constexpr std::size_t k_most_stores = 20;  // More are filtered after the search.

std::string month_of(base::Time time) {
    return base::utc_month(time);
}

}  // namespace

base::Result<std::vector<std::int64_t>> Engine::find(Searched what, std::string_view query,
                                                     const std::vector<model::StoreId>& stores, std::size_t limit) {
    std::vector<std::int64_t> found;
    auto terms = query_terms(query);
    if (terms.empty()) return found;
    if (!stores.empty() && stores.size() <= k_most_stores) {
        terms.emplace_back();
        for (const model::StoreId s : stores) terms.back().push_back(store_term(s));
    }
    const std::set<model::StoreId> wanted(stores.begin(), stores.end());
    std::set<std::int64_t> seen;
    for (const std::string& month : TRY(months_->months())) {
        const auto key = keys_.find(purpose::index, month);
        if (!key && key.error().key == "db.key_destroyed") continue;
        if (!key) return std::unexpected(key.error());
        TokenQuery tokens;
        for (const auto& alternatives : terms) {
            tokens.emplace_back();
            for (const std::string& term : alternatives) tokens.back().push_back(token((*key)->secret, term));
        }
        for (const std::int64_t id : TRY(months_->find(month, what, tokens, limit)))
            if ((wanted.empty() || wanted.contains(store_of(model::OrderId{id}))) && seen.insert(id).second)
                found.push_back(id);
        if (found.size() >= limit) break;
    }
    if (found.size() > limit) found.resize(limit);
    return found;
}

// The month and tokens of a thing as it is now; none when it is gone.
base::Result<std::optional<Engine::Placed>> Engine::place(Reader& reader, Searched what, std::int64_t id) {
    std::vector<std::string> all;
    base::Time collected;
    if (what == Searched::order) {
        const auto order = find_order(reader, {id});
        if (!order && order.error().code == Code::not_found) return std::optional<Placed>();
        if (!order) return std::unexpected(order.error());
        all = terms(*order);
        collected = order->collected_at;
    } else {
        const auto message = find_message(reader, {id});
        if (!message && message.error().code == Code::not_found) return std::optional<Placed>();
        if (!message) return std::unexpected(message.error());
        all = terms(*message);
        collected = TRY(message_collected_at(reader, {id}));
    }
    Placed placed;
    placed.month = month_of(collected);
    const auto key = TRY(keys_.get(purpose::index, placed.month));
    placed.entry = {what, id, store_of(model::OrderId{id}), {}};
    for (const std::string& term : all) placed.entry.tokens.push_back(token(key->secret, term));
    std::ranges::sort(placed.entry.tokens);
    return std::optional<Placed>(std::move(placed));
}

base::Result<std::size_t> Engine::catch_up(std::size_t limit) {
    std::scoped_lock lock(mutex_);
    std::size_t read = 0;
    const auto stores = TRY(database_.read([](Reader& r) { return stores_with_news(r, k_consumer); }));
    for (const model::StoreId store : stores) {
        while (read < limit) {
            const std::size_t now = TRY(index_batch(store));
            if (now == 0) break;
            read += now;
        }
    }
    return read;
}

base::Result<std::size_t> Engine::index_batch(model::StoreId store) {
    struct Batch {
        std::int64_t from = 0, to = 0;
        std::size_t events = 0;
        std::map<std::string, std::vector<Entry>> months;
    };
    const auto load = [&](Reader& reader) -> base::Result<Batch> {
        Batch batch;
        batch.from = TRY(cursor(reader, k_consumer, store));
        const auto events = TRY(events_after(reader, store, batch.from, k_event_batch));
        batch.events = events.size();
        std::set<std::pair<Searched, std::int64_t>> subjects;
        for (const model::Event& e : events) {
            batch.to = e.n;
            if (const auto order = model::OrderId::parse(e.subject)) subjects.emplace(Searched::order, order->value);
            if (const auto message = model::MessageId::parse(e.subject))
                subjects.emplace(Searched::message, message->value);
        }
        for (const auto& [what, id] : subjects) {
            auto placed = TRY(place(reader, what, id));
            if (placed) batch.months[placed->month].push_back(std::move(placed->entry));
        }
        return batch;
    };
    const Batch batch = TRY(database_.read(load));
    if (batch.events == 0) return std::size_t{0};
    // First the index, then the cursor: what is indexed twice stays as it is.
    for (const auto& [month, entries] : batch.months) TRY_VOID(months_->put(month, entries));
    TRY_VOID(
        database_.write(Lane::bulk, [&](Tx& tx) { return save_cursor(tx, k_consumer, store, batch.from, batch.to); }));
    return batch.events;
}

base::Result<std::size_t> Engine::drop_months_before(std::string_view month) {
    std::scoped_lock lock(mutex_);
    std::size_t dropped = 0;
    for (const std::string& m : TRY(months_->months())) {
        if (m >= month) continue;
        TRY_VOID(months_->drop(m));
        TRY_VOID(keys_.destroy(purpose::index, m));
        ++dropped;
    }
    return dropped;
}

base::Result<void> Engine::forget_store(model::StoreId store) {
    std::scoped_lock lock(mutex_);
    for (const std::string& month : TRY(months_->months())) {
        auto kept = months_->without_tokens(month, store);
        if (!kept && kept.error().code == Code::not_found) continue;
        if (!kept) return std::unexpected(kept.error());
        const auto load = [&](Reader& reader) -> base::Result<std::vector<Entry>> {
            std::vector<Entry> entries;
            for (const Entry& e : *kept) {
                auto placed = TRY(place(reader, e.what, e.id));
                if (placed && placed->month == month) entries.push_back(std::move(placed->entry));
            }
            return entries;
        };
        const auto entries = TRY(database_.read(load));
        TRY_VOID(months_->rewrite(month, entries));
    }
    return {};
}

}  // namespace db::search
