#include "platform/lazada/signer.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <map>

// Vector 1 is the marketplace's worked example; the others are what its own Python kit makes of them.
namespace platform::lazada {
namespace {

std::string sign_usual(std::string_view path, Params params) {
    params.emplace_back("app_key", "123456");
    params.emplace_back("access_token", "test");
    params.emplace_back("timestamp", "1517820392000");
    params.emplace_back("sign_method", "sha256");
    return sign(base::Secret("helloworld"), path, params);
}

TEST(LazadaSigner, Vector1) {
    EXPECT_EQ(sign_usual("/order/get", {{"order_id", "1234"}}),
              "4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A");
}

TEST(LazadaSigner, Vector2) {
    EXPECT_EQ(sign(base::Secret("helloworld"), "/auth/token/create",
                   {{"code", "0_100132_Cl3VmMr6W6YC6cx6swxFAZ0l825"},
                    {"app_key", "100132"},
                    {"timestamp", "1767595695482"},
                    {"sign_method", "sha256"}}),
              "A162A542E7A71A6793146265B5467CE8A3465F48AC422322412DB09C5B2B9DF2");
}

TEST(LazadaSigner, Vector3) {
    EXPECT_EQ(sign_usual("/product/stock/sellable/update",
                         {{"payload",
                           "<Request><Product><Skus><Sku><ItemId>234234234</ItemId><SkuId>234</SkuId>"
                           "<SellableQuantity>20</SellableQuantity></Sku></Skus></Product></Request>"}}),
              "0D7B6906784B9492ACFB5A3582775CDB854DF8C977038E452E05A5C233A86368");
}

TEST(LazadaSigner, Vector4) {
    EXPECT_EQ(sign_usual("/order/fulfill/pack",
                         {{"packReq",
                           R"({"pack_order_list":[{"order_item_list":[560694402292001],"order_id":560694402192001}],)"
                           R"("delivery_type":"dropship","shipping_allocate_type":"TFS"})"}}),
              "6E381A3B68B1CD396BA6F85226A4A8502659EB68F7AB333C4CF2B9D731A29216");
}

TEST(LazadaSigner, SkipsSign) {
    EXPECT_EQ(sign(base::Secret("s"), "/p", {{"a", "1"}}), sign(base::Secret("s"), "/p", {{"sign", "x"}, {"a", "1"}}));
}

RC_GTEST_PROP(LazadaSigner, OrderOfParametersDoesNotMatter, (std::map<std::string, std::string> by_name)) {
    const Params params(by_name.begin(), by_name.end());
    Params shuffled(params.rbegin(), params.rend());
    std::ranges::rotate(shuffled, shuffled.begin() + static_cast<std::ptrdiff_t>(shuffled.size() / 2));
    RC_ASSERT(sign(base::Secret("k"), "/p", params) == sign(base::Secret("k"), "/p", shuffled));
}

}  // namespace
}  // namespace platform::lazada
