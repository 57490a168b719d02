// The answers of the order calls, as {"orders":…,"items":…}: any bytes give orders, bad records or an error; an order
// always has an id and a time, and its lines hold all of its units.
#include <cstdint>
#include <cstdlib>

#include "platform/lazada/envelope.h"
#include "platform/lazada/normalise.h"

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
    const auto opened = lazada::open_envelope(answer);
    if (!opened) return 0;
    lazada::Items items;
    lazada::collect_items(opened->data()["items"], items);
    const OrderPage page = lazada::normalise_orders(opened->data()["orders"].items(), items, *lazada::find_market("VN"),
                                                    base::Time::from_unix_seconds(1'767'225'600));
    for (const auto& order : page.orders) {
        require(!order.ext_id.empty() && order.ext_id.size() <= 20 && order.updated_at.ms > 0);
        std::int64_t units = 0;
        for (const auto& line : order.lines) units += line.quantity;
        require(units == order.item_count);
    }
    for (const auto& record : page.bad) require(!record.reason.empty());
    return 0;
}
