// The answer of an order call: any bytes give orders, bad records or an error; an order always has an id and a time.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "platform/shopee/envelope.h"
#include "platform/shopee/normalise.h"

namespace {

void require(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platform;
    base::HttpAnswer answer;
    answer.status = 200;
    answer.body.assign(reinterpret_cast<const char*>(data), size);
    const base::Time now = base::Time::from_unix_seconds(1'793'600'000);
    const auto opened = shopee::open_envelope(answer, now);
    if (!opened) {
        require(opened.error().message.size() <= 200 && opened.error().code_name.size() <= 80);
        return 0;
    }
    OrderPage page;
    shopee::add_orders(opened->data(), now, page);
    for (const auto& order : page.orders) {
        require(!order.ext_id.empty() && order.ext_id.size() <= 64 && order.updated_at.ms > 0);
        require(order.item_count >= 0);
    }
    for (const auto& record : page.bad) require(!record.reason.empty());
    return 0;
}
