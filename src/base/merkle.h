#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

// Arithmetic of append-only Merkle trees (RFC 6962 hashing, RFC 9162 section 2.1). Pure; hashes are 32 raw bytes.
namespace base {

std::string merkle_leaf(std::string_view bytes);                         // SHA-256(0x00 || bytes)
std::string merkle_node(std::string_view left, std::string_view right);  // SHA-256(0x01 || left || right)

// The root of the complete subtree of 2^level leaves that begins at leaf n * 2^level.
using MerkleNodeAt = std::function<Result<std::string>(int level, std::int64_t n)>;

// Root over the leaves [0, size); of none: SHA-256 of nothing.
Result<std::string> merkle_root(std::int64_t size, const MerkleNodeAt& node_at);
// Hashes from leaf `position` up to the root of `size` leaves. Precondition: 0 <= position < size.
Result<std::vector<std::string>> merkle_inclusion(std::int64_t position, std::int64_t size,
                                                  const MerkleNodeAt& node_at);
// What shows that a tree of `to` leaves begins with the one of `from` leaves. Precondition: 0 <= from <= to.
Result<std::vector<std::string>> merkle_consistency(std::int64_t from, std::int64_t to, const MerkleNodeAt& node_at);

bool merkle_included(std::string_view leaf, std::int64_t position, std::int64_t size,
                     const std::vector<std::string>& proof, std::string_view root);
bool merkle_consistent(std::int64_t from, std::string_view from_root, std::int64_t to, std::string_view to_root,
                       const std::vector<std::string>& proof);

// The complete subtrees that end at the right edge while leaves are added one by one; enough to know the root at any
// time.
class MerkleEdge {
  public:
    struct Completed {
        int level;
        std::int64_t n;
        std::string hash;
    };
    MerkleEdge() = default;
    // The edge of a tree of `size` leaves.
    static Result<MerkleEdge> of(std::int64_t size, const MerkleNodeAt& node_at);
    // Adds the hash of the next leaf; returns the subtrees it completed, the leaf itself (level 0) first.
    std::vector<Completed> add(std::string leaf_hash);
    std::int64_t size() const { return size_; }
    std::string root() const;

  private:
    std::int64_t size_ = 0;
    std::vector<std::pair<int, std::string>> peaks_;  // Falling levels.
};

}  // namespace base
