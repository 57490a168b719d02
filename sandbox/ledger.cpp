#include "sandbox/ledger.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "base/json.h"

namespace sandbox {
namespace {

constexpr std::size_t k_kept = 200'000;

std::string line(const Ledger::Entry& entry) {
    return fmt::format(R"({{"n":{},"at_ms":{},"kind":"{}","what":{}{}{}}})", entry.number, entry.at_ms, entry.kind,
                       base::json_quote(entry.what), entry.detail.empty() ? "" : ",", entry.detail);
}

}  // namespace

base::Result<void> Ledger::keep_in(const std::string& path) {
    file_.reset(std::fopen(path.c_str(), "ae"));
    if (!file_) return base::fail(base::Code::invalid_input, fmt::format("{}: {}", path, std::strerror(errno)));
    return {};
}

void Ledger::add(std::int64_t at_ms, std::string_view kind, std::string what, std::string detail) {
    ++counts_[{std::string(kind), what}];
    newest_.push_back({next_++, at_ms, kind, std::move(what), std::move(detail)});
    if (file_) {
        const std::string text = line(newest_.back()) + "\n";
        std::fwrite(text.data(), 1, text.size(), file_.get());
        std::fflush(file_.get());
    }
    if (newest_.size() > k_kept) newest_.pop_front();
}

std::string Ledger::entries(std::uint64_t after, std::size_t limit, std::string_view kind) const {
    std::string out = "[";
    if (newest_.empty()) return out + "]";
    const std::uint64_t first = newest_.front().number;
    for (std::size_t i = after < first ? 0 : after - first + 1; i < newest_.size() && limit > 0; ++i) {
        if (!kind.empty() && newest_[i].kind != kind) continue;
        if (out.size() > 1) out += ",";
        out += line(newest_[i]);
        --limit;
    }
    return out + "]";
}

std::string Ledger::counts() const {
    std::string out = "{";
    std::string_view kind;
    for (const auto& [key, count] : counts_) {
        if (key.first != kind) {
            if (!kind.empty()) out += "},";
            out += fmt::format("{}:{{", base::json_quote(key.first));
            kind = key.first;
        } else {
            out += ",";
        }
        out += fmt::format("{}:{}", base::json_quote(key.second), count);
    }
    return out + (kind.empty() ? "}" : "}}");
}

std::uint64_t Ledger::count(std::string_view kind, std::string_view what) const {
    const auto found = counts_.find(std::pair<std::string, std::string>(kind, what));
    return found == counts_.end() ? 0 : found->second;
}

}  // namespace sandbox
