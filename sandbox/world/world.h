#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/random.h"
#include "sandbox/world/market.h"
#include "sandbox/world/order.h"
#include "sandbox/world/people.h"
#include "sandbox/world/returns.h"
#include "sandbox/world/shape.h"

// Sellers, shops, products, buyers, orders and conversations: what all marketplaces of the sandbox show in their own
// words. Threads: one at a time (the sandbox holds one lock).
namespace sandbox {

struct Sku {
    std::uint64_t id = 0;
    std::string name;
    std::string seller_sku;
};

struct Product {
    std::uint64_t id = 0;
    std::string title;
    std::int64_t price = 0;  // Minor units.
    std::vector<Sku> skus;
};

struct Buyer {
    std::uint64_t user_id = 0;  // The same in orders and conversations.
    std::uint64_t im_user_id = 0;
    std::string_view language;
    PersonName name;
    StreetAddress address;
    StreetAddress other_address;  // After change_address.
    std::string phone;
};

struct Message {
    std::uint64_t id = 0;
    std::uint64_t index = 0;  // Sorts the messages of one conversation; not consecutive.
    std::int64_t created = 0;
    std::string_view role;  // BUYER, SHOP, CUSTOMER_SERVICE, SYSTEM, ROBOT
    std::string type;       // TEXT, ORDER_CARD …
    std::string content;    // JSON text: {"content":"…"}
};

struct Conversation {
    std::uint64_t id = 0;
    std::uint32_t buyer = 0;
    std::int64_t created = 0;
    std::deque<Message> messages;  // Oldest first.
};

// Freezing: either every call of the shop is refused by the gateway, or only the probes tell (seller status).
enum class ShopState { active, deactivated, refused_by_gateway };

struct Shop {
    std::uint32_t number = 0;  // Index into World::shops.
    std::uint64_t id = 0;
    std::uint32_t seller = 0;
    const Market* market = nullptr;
    std::string name;
    std::string code;
    bool cross_border = false;
    bool development = false;  // Held to 1,000 calls an hour.
    ShopState state = ShopState::active;
    int refusal_code = 0;  // With refused_by_gateway.
    std::string refusal_message;
    std::uint64_t warehouse_id = 0;
    std::uint64_t im_user_id = 0;
    std::vector<Product> products;
    std::unordered_map<std::uint32_t, std::uint32_t> product_of_article;
    std::vector<Buyer> buyers;
    std::deque<Order> orders;
    std::deque<Return> returns;
    // (seconds, id) -> index: the order in which searches list.
    std::map<std::pair<std::int64_t, std::uint64_t>, std::uint32_t> by_created;
    std::map<std::pair<std::int64_t, std::uint64_t>, std::uint32_t> by_updated;
    std::vector<Conversation> conversations;
    std::unordered_map<std::uint32_t, std::uint32_t> conversation_of_buyer;
};

struct Seller {
    std::uint64_t open_id = 0;
    std::string name;
    std::string_view base_region;
    std::vector<std::uint32_t> shops;
};

struct OrderRef {
    std::uint32_t shop = 0;
    std::uint32_t order = 0;
};

struct ReturnRef {
    std::uint32_t shop = 0;
    std::uint32_t number = 0;  // Index into Shop::returns.
};

// Told of everything that a marketplace would send a webhook about.
struct WorldListener {
    std::function<void(const Shop&, const Order&)> order_changed;
    std::function<void(const Shop&, const Order&)> address_changed;
    std::function<void(const Shop&, const Order&, std::string_view status)> cancellation_changed;
    std::function<void(const Shop&, const Conversation&, const Message&)> message_arrived;
    std::function<void(const Shop&, const Return&)> return_changed;
};

struct WorldOptions {
    std::uint64_t seed = 1;
    int shops = 12;
    int history = 40;  // Orders a shop has from before the start.
    Timing timing;
    std::int64_t start_ms = 0;
};

class World {
  public:
    World(WorldOptions options, Shape shape);
    // Makes orders of the time before the start, in all states, without telling the listener.
    void make_history();
    void listen(WorldListener listener) { listener_ = std::move(listener); }

    // Carries out all that is due by then. Returns when to come back at the latest.
    std::int64_t advance(std::int64_t now_ms);

    // People do things only while life is on; the platform's own rules work always.
    void set_life(bool on);
    bool life() const { return life_; }
    // Mean orders per shop and day of life (not scaled by speed).
    void set_order_rate(double per_shop_and_day) { orders_per_day_ = per_shop_and_day; }

    Shop& add_shop(const Market& market, std::uint32_t seller);
    std::uint32_t add_seller(const Market& market);
    OrderRef create_order(Shop& shop, std::int64_t now_ms);
    bool step(OrderRef ref, Step step, std::int64_t now_ms);
    // A buyer asks for one after the delivery; nothing where the order was not delivered or has an open one.
    std::optional<ReturnRef> open_return(OrderRef ref, std::int64_t now_ms);
    bool step_return(ReturnRef ref, ReturnStep step, std::int64_t now_ms);
    bool find_return_ref(std::uint64_t id, ReturnRef& ref) const;
    Return& one_return(ReturnRef ref) { return shops_[ref.shop].returns[ref.number]; }
    // In the conversation with this buyer, opened when there is none.
    const Message& write(Shop& shop, std::uint32_t buyer, std::string_view role, std::string_view type,
                         std::string content_json, std::int64_t now_ms);
    std::uint32_t buyer_speaking(Shop& shop, std::string_view language);

    std::vector<Seller>& sellers() { return sellers_; }
    std::deque<Shop>& shops() { return shops_; }
    Shop* find_shop(std::uint64_t id);
    // nullptr when there is none.
    const Order* find_order(std::uint64_t id, const Shop** shop = nullptr) const;
    bool find_order_ref(std::uint64_t id, OrderRef& ref) const;
    Order& order(OrderRef ref) { return shops_[ref.shop].orders[ref.order]; }
    const Timing& timing() const { return timing_; }
    base::Random& random() { return random_; }
    // A new decimal id near 2^63, unique in this world, later ones of the same second unordered.
    std::uint64_t new_id(std::int64_t now_ms);

  private:
    struct Timer {
        std::int64_t at_ms;
        OrderRef ref;
        Step step;
        std::uint32_t version;
        bool people;
        bool operator>(const Timer& other) const { return at_ms > other.at_ms; }
    };
    struct ReturnTimer {
        std::int64_t at_ms;
        std::optional<ReturnStep> step;  // None: a buyer opens one of this order.
        OrderRef order;
        ReturnRef ref;
        std::uint32_t version;
        bool people;
        bool operator>(const ReturnTimer& other) const { return at_ms > other.at_ms; }
    };
    void plan(OrderRef ref, std::int64_t now_ms);
    void plan(ReturnRef ref, std::int64_t now_ms);
    void perhaps_return(OrderRef ref, std::int64_t now_ms);
    void advance_returns(std::int64_t now_ms);
    void play_returns();
    void index(Shop& shop, std::uint32_t order, std::int64_t old_updated_ms);
    void arrivals(std::int64_t now_ms);
    std::uint32_t new_buyer(Shop& shop, std::string_view language);
    std::uint32_t product_for(Shop& shop, std::uint32_t article);
    double weight_now(const Shop& shop, std::int64_t now_ms) const;

    WorldOptions options_;
    Shape shape_;
    Timing timing_;
    base::SeededRandom random_;
    std::vector<Seller> sellers_;
    std::deque<Shop> shops_;
    std::unordered_map<std::uint64_t, OrderRef> orders_;
    std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
    std::vector<Timer> parked_;  // People's steps that came due while life was off.
    // Chance of its own, so that a world's orders are the same with and without returns.
    base::SeededRandom return_random_;
    std::unordered_map<std::uint64_t, ReturnRef> returns_;
    std::priority_queue<ReturnTimer, std::vector<ReturnTimer>, std::greater<>> return_timers_;
    std::vector<ReturnTimer> parked_returns_;
    std::vector<std::int64_t> next_order_ms_;  // Per shop.
    WorldListener listener_;
    std::uint64_t ids_ = 0;
    bool life_ = false;
    double orders_per_day_ = 40;
};

}  // namespace sandbox
