#pragma once

#include <cstdint>
#include <cstdio>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace sandbox {

// What the sandbox was asked, what it did and what it sent. The newest entries stay in memory, the counts of all do;
// with a file every entry is kept. Threads: one at a time.
class Ledger {
  public:
    // Kinds: "request", "effect", "webhook", "staged", "control".
    struct Entry {
        std::uint64_t number = 0;
        std::int64_t at_ms = 0;
        std::string_view kind;
        std::string what;    // Operation, effect, or webhook type.
        std::string detail;  // Members of a JSON object, without the braces.
    };

    // JSON lines are appended to `path`.
    base::Result<void> keep_in(const std::string& path);
    // `kind` must be a literal.
    void add(std::int64_t at_ms, std::string_view kind, std::string what, std::string detail);
    // A JSON array of the entries after number `after`, at most `limit`, of one kind ("" for all).
    std::string entries(std::uint64_t after, std::size_t limit, std::string_view kind) const;
    // {"request":{"orders.search":12,…},"effect":{…},…}
    std::string counts() const;
    std::uint64_t count(std::string_view kind, std::string_view what) const;

  private:
    struct Close {
        void operator()(std::FILE* file) const { std::fclose(file); }
    };
    std::deque<Entry> newest_;
    std::map<std::pair<std::string, std::string>, std::uint64_t, std::less<>> counts_;
    std::uint64_t next_ = 1;
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace sandbox
