// The answer of an order call: any bytes give orders, bad records or an error; an order always has an id and a time.
#include <cstdint>
#include <string_view>

#include "platform/tiktok/envelope.h"
#include "platform/tiktok/normalise.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace platform;
    base::HttpAnswer answer;
    answer.status = 200;
    answer.body.assign(reinterpret_cast<const char*>(data), size);
    const auto opened = tiktok::open_envelope(answer, base::Time::from_unix_seconds(1'767'225'600));
    if (!opened) return 0;
    const OrderPage page = tiktok::normalise_orders(opened->data(), base::Time::from_unix_seconds(1'767'225'600));
    for (const auto& order : page.orders) {
        require(!order.ext_id.empty() && order.ext_id.size() <= 20 && order.updated_at.ms > 0);
        require(order.item_count == static_cast<std::int64_t>(order.lines.size()));
    }
    for (const auto& record : page.bad) require(!record.reason.empty());
    return 0;
}
