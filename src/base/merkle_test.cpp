#include "base/merkle.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "base/encoding.h"

namespace base {
namespace {

// A tree kept in memory, subtree by subtree.
struct Tree {
    std::map<std::pair<int, std::int64_t>, std::string> nodes;
    std::vector<std::string> roots{MerkleEdge().root()};
    MerkleEdge edge;

    void add(std::string_view bytes) {
        for (auto& done : edge.add(merkle_leaf(bytes))) nodes[{done.level, done.n}] = done.hash;
        roots.push_back(edge.root());
    }
    MerkleNodeAt node_at() const {
        return [this](int level, std::int64_t n) -> Result<std::string> {
            const auto found = nodes.find({level, n});
            if (found == nodes.end()) return fail(Code::not_found, "node");
            return found->second;
        };
    }
};

Tree tree_of(std::int64_t size) {
    Tree tree;
    for (std::int64_t i = 0; i < size; ++i) tree.add("leaf " + std::to_string(i));
    return tree;
}

// The tree of certificate-transparency-go's tests, which RFC 6962 implementations share.
TEST(Merkle, RootsMatchKnownOnes) {
    const std::vector<std::string> leaves{
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
    const std::vector<std::string> roots{"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                         "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                         "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                         "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                         "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                         "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                         "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    Tree tree;
    EXPECT_EQ(hex(tree.edge.root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (std::size_t i = 0; i < leaves.size(); ++i) {
        tree.add(parse_hex(leaves[i]).value());
        EXPECT_EQ(hex(tree.edge.root()), roots[i]);
        const auto size = static_cast<std::int64_t>(i) + 1;
        EXPECT_EQ(hex(merkle_root(size, tree.node_at()).value()), roots[i]);
        EXPECT_EQ(hex(MerkleEdge::of(size, tree.node_at())->root()), roots[i]);
    }
}

TEST(Merkle, EveryLeafOfEverySizeIsProved) {
    const Tree tree = tree_of(70);
    for (std::int64_t size = 1; size <= 70; ++size)
        for (std::int64_t position = 0; position < size; ++position) {
            const auto proof = merkle_inclusion(position, size, tree.node_at()).value();
            const std::string leaf = merkle_leaf("leaf " + std::to_string(position));
            const std::string& root = tree.roots[static_cast<std::size_t>(size)];
            ASSERT_TRUE(merkle_included(leaf, position, size, proof, root)) << position << " of " << size;
            EXPECT_FALSE(merkle_included(merkle_leaf("another"), position, size, proof, root));
            if (size > 1) {
                EXPECT_FALSE(merkle_included(leaf, (position + 1) % size, size, proof, root));
            }
        }
    EXPECT_FALSE(merkle_inclusion(70, 70, tree.node_at()));
}

TEST(Merkle, EveryPairOfSizesIsConsistent) {
    const Tree tree = tree_of(70);
    for (std::int64_t to = 0; to <= 70; ++to)
        for (std::int64_t from = 0; from <= to; ++from) {
            const auto proof = merkle_consistency(from, to, tree.node_at()).value();
            const std::string& old_root = tree.roots[static_cast<std::size_t>(from)];
            const std::string& new_root = tree.roots[static_cast<std::size_t>(to)];
            ASSERT_TRUE(merkle_consistent(from, old_root, to, new_root, proof)) << from << " to " << to;
            if (from == 0) continue;
            EXPECT_FALSE(merkle_consistent(from, merkle_leaf("fork"), to, new_root, proof));
            EXPECT_FALSE(merkle_consistent(from, old_root, to, merkle_leaf("fork"), proof));
        }
}

RC_GTEST_PROP(MerkleLaws, AChangedProofProvesNothing, ()) {
    const Tree tree = tree_of(40);
    const auto size = *rc::gen::inRange<std::int64_t>(2, 41);
    const auto position = *rc::gen::inRange<std::int64_t>(0, size);
    auto proof = merkle_inclusion(position, size, tree.node_at()).value();
    auto& step = proof[*rc::gen::inRange<std::size_t>(0, proof.size())];
    step[*rc::gen::inRange<std::size_t>(0, 32)] ^= static_cast<char>(*rc::gen::inRange(1, 256));
    RC_ASSERT(!merkle_included(merkle_leaf("leaf " + std::to_string(position)), position, size, proof,
                               tree.roots[static_cast<std::size_t>(size)]));
}

}  // namespace
}  // namespace base
