#include "base/merkle.h"

#include <bit>

#include "base/crypto.h"

namespace base {
namespace {

// The largest power of two below n; n >= 2.
std::int64_t split_at(std::int64_t n) {
    return std::int64_t{1} << (std::bit_width(static_cast<std::uint64_t>(n - 1)) - 1);
}

Result<std::string> range_root(std::int64_t from, std::int64_t to, const MerkleNodeAt& node_at) {
    const std::int64_t n = to - from;
    if (std::has_single_bit(static_cast<std::uint64_t>(n)) && from % n == 0)
        return node_at(std::countr_zero(static_cast<std::uint64_t>(n)), from / n);
    const std::int64_t middle = from + split_at(n);
    const std::string left = TRY(range_root(from, middle, node_at));
    return merkle_node(left, TRY(range_root(middle, to, node_at)));
}

Result<void> inclusion(std::int64_t position, std::int64_t from, std::int64_t to, const MerkleNodeAt& node_at,
                       std::vector<std::string>& proof) {
    if (to - from <= 1) return {};
    const std::int64_t middle = from + split_at(to - from);
    if (position < middle) {
        TRY_VOID(inclusion(position, from, middle, node_at, proof));
        proof.push_back(TRY(range_root(middle, to, node_at)));
    } else {
        TRY_VOID(inclusion(position, middle, to, node_at, proof));
        proof.push_back(TRY(range_root(from, middle, node_at)));
    }
    return {};
}

// SUBPROOF of RFC 9162 2.1.4.1 over the leaves [begin, to), `from` of the old tree.
Result<void> consistency(std::int64_t from, std::int64_t begin, std::int64_t to, bool whole,
                         const MerkleNodeAt& node_at, std::vector<std::string>& proof) {
    if (from == to) {
        if (!whole) proof.push_back(TRY(range_root(begin, to, node_at)));
        return {};
    }
    const std::int64_t middle = begin + split_at(to - begin);
    if (from <= middle) {
        TRY_VOID(consistency(from, begin, middle, whole, node_at, proof));
        proof.push_back(TRY(range_root(middle, to, node_at)));
    } else {
        TRY_VOID(consistency(from, middle, to, false, node_at, proof));
        proof.push_back(TRY(range_root(begin, middle, node_at)));
    }
    return {};
}

}  // namespace

std::string merkle_leaf(std::string_view bytes) {
    return sha256(std::string(1, '\0').append(bytes));
}

std::string merkle_node(std::string_view left, std::string_view right) {
    return sha256(std::string(1, '\1').append(left).append(right));
}

Result<std::string> merkle_root(std::int64_t size, const MerkleNodeAt& node_at) {
    if (size == 0) return sha256("");
    return range_root(0, size, node_at);
}

Result<std::vector<std::string>> merkle_inclusion(std::int64_t position, std::int64_t size,
                                                  const MerkleNodeAt& node_at) {
    if (position < 0 || position >= size) return fail(Code::invalid_input, "position beyond the tree");
    std::vector<std::string> proof;
    TRY_VOID(inclusion(position, 0, size, node_at, proof));
    return proof;
}

Result<std::vector<std::string>> merkle_consistency(std::int64_t from, std::int64_t to, const MerkleNodeAt& node_at) {
    if (from < 0 || from > to) return fail(Code::invalid_input, "sizes of the trees");
    std::vector<std::string> proof;
    if (from > 0) TRY_VOID(consistency(from, 0, to, true, node_at, proof));
    return proof;
}

// RFC 9162 2.1.3.2
bool merkle_included(std::string_view leaf, std::int64_t position, std::int64_t size,
                     const std::vector<std::string>& proof, std::string_view root) {
    if (position < 0 || position >= size) return false;
    std::int64_t fn = position;
    std::int64_t sn = size - 1;
    std::string hash(leaf);
    for (const std::string& step : proof) {
        if (sn == 0) return false;
        if (fn % 2 == 1 || fn == sn) {
            hash = merkle_node(step, hash);
            while (fn % 2 == 0 && fn != 0) {
                fn /= 2;
                sn /= 2;
            }
        } else {
            hash = merkle_node(hash, step);
        }
        fn /= 2;
        sn /= 2;
    }
    return sn == 0 && hash == root;
}

// RFC 9162 2.1.4.2
bool merkle_consistent(std::int64_t from, std::string_view from_root, std::int64_t to, std::string_view to_root,
                       const std::vector<std::string>& proof) {
    if (from < 0 || from > to) return false;
    if (from == 0) return proof.empty();
    if (from == to) return proof.empty() && from_root == to_root;
    std::vector<std::string> path = proof;
    if (std::has_single_bit(static_cast<std::uint64_t>(from))) path.insert(path.begin(), std::string(from_root));
    if (path.empty()) return false;
    std::int64_t fn = from - 1;
    std::int64_t sn = to - 1;
    while (fn % 2 == 1) {
        fn /= 2;
        sn /= 2;
    }
    std::string old_hash = path.front();
    std::string new_hash = path.front();
    for (std::size_t i = 1; i < path.size(); ++i) {
        if (sn == 0) return false;
        if (fn % 2 == 1 || fn == sn) {
            old_hash = merkle_node(path[i], old_hash);
            new_hash = merkle_node(path[i], new_hash);
            while (fn % 2 == 0 && fn != 0) {
                fn /= 2;
                sn /= 2;
            }
        } else {
            new_hash = merkle_node(new_hash, path[i]);
        }
        fn /= 2;
        sn /= 2;
    }
    return sn == 0 && old_hash == from_root && new_hash == to_root;
}

Result<MerkleEdge> MerkleEdge::of(std::int64_t size, const MerkleNodeAt& node_at) {
    MerkleEdge edge;
    edge.size_ = size;
    std::int64_t from = 0;
    for (int level = 62; level >= 0; --level) {
        const std::int64_t width = std::int64_t{1} << level;
        if ((size & width) == 0) continue;
        edge.peaks_.emplace_back(level, TRY(node_at(level, from / width)));
        from += width;
    }
    return edge;
}

std::vector<MerkleEdge::Completed> MerkleEdge::add(std::string leaf_hash) {
    std::vector<Completed> completed;
    std::int64_t n = size_++;
    int level = 0;
    completed.push_back({0, n, leaf_hash});
    std::string hash = std::move(leaf_hash);
    while (!peaks_.empty() && peaks_.back().first == level) {
        hash = merkle_node(peaks_.back().second, hash);
        peaks_.pop_back();
        n /= 2;
        ++level;
        completed.push_back({level, n, hash});
    }
    peaks_.emplace_back(level, std::move(hash));
    return completed;
}

std::string MerkleEdge::root() const {
    if (peaks_.empty()) return sha256("");
    std::string hash = peaks_.back().second;
    for (std::size_t i = peaks_.size() - 1; i-- > 0;) hash = merkle_node(peaks_[i].second, hash);
    return hash;
}

}  // namespace base
