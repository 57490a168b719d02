#include "team/session_cache.h"

#include <algorithm>

namespace team {
namespace {

constexpr base::Duration k_write_seen_every = base::minutes(1);

}  // namespace

std::optional<SessionCache::Entry> SessionCache::find(const std::string& token_hash, std::int64_t now_ms) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(token_hash);
    if (found == entries_.end() || now_ms - found->second.read_at_ms >= k_fresh_ms) return std::nullopt;
    return found->second;
}

std::uint64_t SessionCache::generation() {
    const std::scoped_lock lock(mutex_);
    return generation_;
}

void SessionCache::put(const std::string& token_hash, Entry entry, std::uint64_t generation) {
    const std::scoped_lock lock(mutex_);
    if (generation != generation_) return;
    entry.written_seen_at = entry.session.seen_at;
    if (const auto found = entries_.find(token_hash); found != entries_.end()) {
        entry.session.seen_at = std::max(entry.session.seen_at, found->second.session.seen_at);
        found->second = std::move(entry);
        return;
    }
    // More than a team has; what is forgotten is read again.
    if (entries_.size() >= k_most) entries_.clear();
    entries_.emplace(token_hash, std::move(entry));
}

bool SessionCache::touch(const std::string& token_hash, base::Time now) {
    const std::scoped_lock lock(mutex_);
    const auto found = entries_.find(token_hash);
    if (found == entries_.end()) return true;
    Entry& entry = found->second;
    entry.session.seen_at = std::max(entry.session.seen_at, now);
    if (now - entry.written_seen_at < k_write_seen_every) return false;
    entry.written_seen_at = now;
    return true;
}

base::Time SessionCache::seen_at(model::SessionId session) {
    const std::scoped_lock lock(mutex_);
    const auto found =
        std::ranges::find_if(entries_, [&](const auto& pair) { return pair.second.session.id == session; });
    return found == entries_.end() ? base::Time{} : found->second.session.seen_at;
}

void SessionCache::forget(model::SessionId session) {
    const std::scoped_lock lock(mutex_);
    ++generation_;
    std::erase_if(entries_, [&](const auto& pair) { return pair.second.session.id == session; });
}

void SessionCache::forget(model::PersonId person) {
    const std::scoped_lock lock(mutex_);
    ++generation_;
    std::erase_if(entries_, [&](const auto& pair) { return pair.second.person.id == person; });
}

std::size_t SessionCache::size() {
    const std::scoped_lock lock(mutex_);
    return entries_.size();
}

}  // namespace team
