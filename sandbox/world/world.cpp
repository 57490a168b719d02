#include "sandbox/world/world.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "base/time.h"

namespace sandbox {
namespace {

// How the shops of a fleet are spread over sellers: one cross-border seller holds several, the others one each.
const std::vector<std::vector<std::string_view>>& fleets() {
    static const std::vector<std::vector<std::string_view>> regions = {
        {"GB", "MY"}, {"US"},       {"TH"}, {"VN"}, {"ID"}, {"PH"}, {"SG", "TH", "MY", "VN"},
        {"ID"},       {"DE", "IE"}, {"JP"}, {"MX"}, {"GB"},
    };
    return regions;
}

constexpr std::array<std::string_view, 16> k_first = {"Harbour", "Mango",  "Lotus",  "Copper", "Kite",  "Maple",
                                                      "Coral",   "Bamboo", "Sunny",  "Indigo", "Amber", "Pepper",
                                                      "Cedar",   "Pearl",  "Willow", "Saffron"};
constexpr std::array<std::string_view, 12> k_second = {"Lane", "Home",  "Living", "Goods",  "Supply",  "Studio",
                                                       "Gift", "Craft", "Market", "Corner", "Trading", "Works"};
constexpr std::array<std::string_view, 6> k_variants = {"Red", "Green", "Blue", "Natural", "สีชมพู", "墨绿"};
constexpr std::array<std::string_view, 5> k_decoration = {"", "", "", " ✨", " 🎁 (e\u0301dition)"};

// hour_weight() of the busiest hour of the week.
constexpr double k_peak_weight = 4.8;

constexpr std::uint64_t k_id_base = 9'200'000'000'000'000'000ull;

}  // namespace

World::World(WorldOptions options, Shape shape)
    : options_(options),
      shape_(std::move(shape)),
      timing_(options.timing),
      random_(options.seed),
      return_random_(options.seed ^ 0x72657475726e73ull) {
    std::size_t fleet = 0;
    while (static_cast<int>(shops_.size()) < options_.shops) {
        const auto& regions = fleets()[fleet++ % fleets().size()];
        const std::uint32_t seller = add_seller(*find_market(regions.front()));
        for (const std::string_view region : regions)
            if (static_cast<int>(shops_.size()) < options_.shops) add_shop(*find_market(region), seller);
    }
}

std::uint32_t World::add_seller(const Market& market) {
    Seller seller;
    seller.open_id = 7'010'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    seller.name =
        fmt::format("{} {} Trading", k_first[random_.below(k_first.size())], k_second[random_.below(k_second.size())]);
    seller.base_region = market.region;
    sellers_.push_back(std::move(seller));
    return static_cast<std::uint32_t>(sellers_.size() - 1);
}

Shop& World::add_shop(const Market& market, std::uint32_t seller) {
    Shop& shop = shops_.emplace_back();
    shop.number = static_cast<std::uint32_t>(shops_.size() - 1);
    shop.id = 7'495'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    shop.seller = seller;
    shop.market = &market;
    shop.name = fmt::format("{} {} {}", k_first[random_.below(k_first.size())],
                            k_second[random_.below(k_second.size())], market.region);
    shop.code = fmt::format("{}LC{:06}", market.region, shop.number + 1);
    shop.warehouse_id = 7'000'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    shop.im_user_id = 7'494'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    sellers_[seller].shops.push_back(shop.number);
    const bool several = sellers_[seller].shops.size() > 1;
    for (const std::uint32_t number : sellers_[seller].shops) shops_[number].cross_border = several;
    next_order_ms_.push_back(0);
    return shop;
}

std::uint64_t World::new_id(std::int64_t now_ms) {
    // Seconds in the upper digits, then ten million places that are taken in a scrambled order: unique until ten
    // million ids of one second, and still below 2^63 in the year 2042.
    ++ids_;
    const std::uint64_t place = (ids_ * 7'368'787ull + options_.seed * 1'000'003ull) % 10'000'000ull;
    return k_id_base + static_cast<std::uint64_t>(now_ms / 1'000) * 10'000'000ull + place;
}

Shop* World::find_shop(std::uint64_t id) {
    const auto found = std::ranges::find(shops_, id, &Shop::id);
    return found == shops_.end() ? nullptr : &*found;
}

bool World::find_order_ref(std::uint64_t id, OrderRef& ref) const {
    const auto found = orders_.find(id);
    if (found == orders_.end()) return false;
    ref = found->second;
    return true;
}

const Order* World::find_order(std::uint64_t id, const Shop** shop) const {
    OrderRef ref;
    if (!find_order_ref(id, ref)) return nullptr;
    if (shop != nullptr) *shop = &shops_[ref.shop];
    return &shops_[ref.shop].orders[ref.order];
}

std::uint32_t World::new_buyer(Shop& shop, std::string_view language) {
    Buyer buyer;
    buyer.user_id = 7'494'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    buyer.im_user_id = 7'494'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    buyer.language = language;
    buyer.name = person_name(language, random_);
    buyer.address = street_address(shop.market->region, random_);
    buyer.other_address = street_address(shop.market->region, random_);
    buyer.phone = fmt::format("{}{}{:08}", shop.market->phone_prefix, 6 + random_.below(4), random_.below(100'000'000));
    shop.buyers.push_back(std::move(buyer));
    return static_cast<std::uint32_t>(shop.buyers.size() - 1);
}

std::uint32_t World::buyer_speaking(Shop& shop, std::string_view language) {
    for (std::uint32_t tries = 0; !shop.buyers.empty() && tries < 8; ++tries) {
        const auto candidate = static_cast<std::uint32_t>(random_.below(shop.buyers.size()));
        if (shop.buyers[candidate].language == language) return candidate;
    }
    return new_buyer(shop, language);
}

std::uint32_t World::product_for(Shop& shop, std::uint32_t article) {
    const auto [entry, fresh] =
        shop.product_of_article.try_emplace(article, static_cast<std::uint32_t>(shop.products.size()));
    if (!fresh) return entry->second;
    const Article& source = shape_.articles[article];
    Product product;
    product.id = 1'729'000'000'000'000'000ull + random_.below(900'000'000'000'000ull);
    product.title = source.title + std::string(k_decoration[random_.below(k_decoration.size())]);
    product.price = local_price(*shop.market, source.pence);
    const std::uint64_t count = 1 + random_.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::string_view variant = k_variants[random_.below(k_variants.size())];
        product.skus.push_back({product.id + 1 + i, std::string(variant),
                                i % 2 == 1 ? std::string() : fmt::format("{}-{}", source.stock_code, i + 1)});
    }
    shop.products.push_back(std::move(product));
    return entry->second;
}

OrderRef World::create_order(Shop& shop, std::int64_t now_ms) {
    Order order;
    order.id = new_id(now_ms);
    // Most orders come from people who buy for the first time; a tenth of the buyers speak another language.
    if (shop.buyers.empty() || random_.below(100) < 70) {
        const std::string_view language =
            random_.below(10) == 0 ? k_languages[random_.below(k_languages.size())] : shop.market->language;
        order.buyer = new_buyer(shop, language);
    } else {
        order.buyer = static_cast<std::uint32_t>(random_.below(shop.buyers.size()));
    }
    order.cash_on_delivery = static_cast<int>(random_.below(100)) < shop.market->cash_on_delivery_percent;
    order.seller_ships = random_.below(12) == 0;
    order.sample = random_.below(200) == 0;
    order.replacement = random_.below(300) == 0;
    for (const BasketLine& line : shape_.basket(random_)) {
        const std::uint32_t number = product_for(shop, line.article);
        const Product& product = shop.products[number];
        OrderLine piece;
        piece.product = number;
        piece.sku = static_cast<std::uint8_t>(random_.below(product.skus.size()));
        piece.original = product.price;
        const std::int64_t step = currency_of(*shop.market).decimals() == 0 ? 10 : 1;
        if (random_.below(3) == 0) piece.seller_discount = product.price / 10 / step * step;
        if (random_.below(6) == 0) piece.platform_discount = product.price / 20 / step * step;
        for (int i = 0; i < line.quantity; ++i) {
            piece.id = new_id(now_ms);
            order.lines.push_back(piece);
        }
    }
    order.shipping_fee = random_.below(3) == 0 ? 0 : local_price(*shop.market, 299);
    if (shop.market->region == "US") order.tax = order.subtotal() * 8 / 100;
    order.package_id = new_id(now_ms);
    order.created = order.updated = now_ms;
    if (order.cash_on_delivery) {
        // Paid at the door: the order is on hold at once and has no time of payment.
        order.state = OrderState::on_hold;
    }
    const auto number = static_cast<std::uint32_t>(shop.orders.size());
    shop.orders.push_back(std::move(order));
    const OrderRef ref{shop.number, number};
    orders_[shop.orders.back().id] = ref;
    index(shop, number, 0);
    plan(ref, now_ms);
    if (listener_.order_changed) listener_.order_changed(shop, shop.orders[number]);
    return ref;
}

void World::index(Shop& shop, std::uint32_t number, std::int64_t old_updated_ms) {
    const Order& order = shop.orders[number];
    if (old_updated_ms == 0)
        shop.by_created[{order.created / 1'000, order.id}] = number;
    else
        shop.by_updated.erase({old_updated_ms / 1'000, order.id});
    shop.by_updated[{order.updated / 1'000, order.id}] = number;
}

void World::plan(OrderRef ref, std::int64_t now_ms) {
    const Order& order = this->order(ref);
    if (const auto rule = next_by_rule(order, timing_))
        timers_.push({rule->at_ms, ref, rule->step, order.version, false});
    if (const auto people = next_by_people(order, now_ms, timing_, random_))
        timers_.push({people->at_ms, ref, people->step, order.version, true});
}

bool World::step(OrderRef ref, Step step, std::int64_t now_ms) {
    Shop& shop = shops_[ref.shop];
    Order& order = shop.orders[ref.order];
    const std::int64_t old_updated = order.updated;
    const bool was_requested = order.cancel_requested;
    const OrderState old_state = order.state;
    if (step == Step::request_cancel && may(order, step)) order.cancel_id = new_id(now_ms);
    if (!apply(order, step, now_ms, timing_)) return false;
    index(shop, ref.order, old_updated);
    plan(ref, now_ms);
    if (step == Step::deliver) perhaps_return(ref, now_ms);
    if (order.state == OrderState::cancelled && order.cancel_id == 0) order.cancel_id = new_id(now_ms);
    if (step == Step::change_address) {
        if (listener_.address_changed) listener_.address_changed(shop, order);
    } else if (order.state != old_state && listener_.order_changed) {
        listener_.order_changed(shop, order);
    }
    if (listener_.cancellation_changed) {
        if (step == Step::request_cancel)
            listener_.cancellation_changed(shop, order, "CANCELLATION_REQUEST_PENDING");
        else if (step == Step::reject_cancel || (was_requested && step == Step::collect))
            listener_.cancellation_changed(shop, order, "CANCELLATION_REQUEST_CANCELLED");
        else if (order.state == OrderState::cancelled)
            listener_.cancellation_changed(shop, order, "CANCELLATION_REQUEST_COMPLETE");
    }
    return true;
}

std::int64_t World::advance(std::int64_t now_ms) {
    while (!timers_.empty() && timers_.top().at_ms <= now_ms) {
        const Timer timer = timers_.top();
        timers_.pop();
        if (order(timer.ref).version != timer.version) continue;
        if (timer.people && !life_) {
            parked_.push_back(timer);
            continue;
        }
        step(timer.ref, timer.step, now_ms);
    }
    advance_returns(now_ms);
    if (life_) arrivals(now_ms);
    std::int64_t next = timers_.empty() ? std::numeric_limits<std::int64_t>::max() : timers_.top().at_ms;
    if (!return_timers_.empty()) next = std::min(next, return_timers_.top().at_ms);
    if (life_)
        for (const std::int64_t at : next_order_ms_) next = std::min(next, at);
    return next;
}

void World::set_life(bool on) {
    if (on && !life_) {
        for (const Timer& timer : parked_) timers_.push(timer);
        parked_.clear();
        for (const ReturnTimer& timer : parked_returns_) return_timers_.push(timer);
        parked_returns_.clear();
        std::ranges::fill(next_order_ms_, 0);
    }
    life_ = on;
}

double World::weight_now(const Shop& shop, std::int64_t now_ms) const {
    // Local time runs `speed` times as fast as the clock, so that a fast demo has mornings and evenings too.
    const std::int64_t played =
        options_.start_ms + static_cast<std::int64_t>(static_cast<double>(now_ms - options_.start_ms) * timing_.speed);
    const std::int64_t local_minutes = played / 60'000 + shop.market->utc_offset_minutes;
    const auto hour = static_cast<int>(local_minutes / 60 % 24);
    const auto weekday = static_cast<int>((local_minutes / 1'440 + 3) % 7);  // 1970-01-01 was a Thursday.
    return hour_weight(weekday, hour);
}

void World::arrivals(std::int64_t now_ms) {
    // A Poisson stream at the rate of the busiest hour, thinned to the rate of the present one.
    const double mean = 86'400'000.0 / (orders_per_day_ * k_peak_weight * timing_.speed);
    const auto gap = [&] {
        const double chance = (static_cast<double>(random_.below(1'000'000)) + 1) / 1'000'001;
        return std::max<std::int64_t>(1, static_cast<std::int64_t>(-std::log(chance) * mean));
    };
    for (Shop& shop : shops_) {
        std::int64_t& next = next_order_ms_[shop.number];
        if (next == 0) next = now_ms + gap();
        // Not more than a handful at once, even after a jump of the clock.
        for (int i = 0; i < 20 && next <= now_ms; ++i) {
            const bool comes =
                static_cast<double>(random_.below(1'000'000)) < 1'000'000 * weight_now(shop, now_ms) / k_peak_weight;
            if (comes && shop.state == ShopState::active) create_order(shop, now_ms);
            next += gap();
        }
        next = std::max(next, now_ms);
    }
}

const Message& World::write(Shop& shop, std::uint32_t buyer, std::string_view role, std::string_view type,
                            std::string content_json, std::int64_t now_ms) {
    const auto [entry, fresh] =
        shop.conversation_of_buyer.try_emplace(buyer, static_cast<std::uint32_t>(shop.conversations.size()));
    if (fresh) {
        Conversation opened;
        opened.id = new_id(now_ms);
        opened.buyer = buyer;
        opened.created = now_ms;
        shop.conversations.push_back(std::move(opened));
    }
    Conversation& conversation = shop.conversations[entry->second];
    Message message;
    message.id = new_id(now_ms);
    // Milliseconds, pushed on where two fall into one.
    message.index = static_cast<std::uint64_t>(now_ms);
    if (!conversation.messages.empty()) message.index = std::max(message.index, conversation.messages.back().index + 1);
    message.created = now_ms;
    message.role = role;
    message.type = type;
    message.content = std::move(content_json);
    conversation.messages.push_back(std::move(message));
    if (listener_.message_arrived) listener_.message_arrived(shop, conversation, conversation.messages.back());
    return conversation.messages.back();
}

void World::make_history() {
    const WorldListener listener = std::exchange(listener_, {});
    for (Shop& shop : shops_) {
        for (int i = 0; i < options_.history; ++i) {
            // Over the 20 days before the start (as the orders' own clock counts), oldest first.
            const std::int64_t span = timing_.scaled(base::days(20));
            const std::int64_t created = options_.start_ms - span + span * i / std::max(1, options_.history);
            const OrderRef ref = create_order(shop, created);
            // Played through up to the start by the same rules and the same people.
            std::int64_t now = created;
            while (true) {
                std::optional<Planned> next = next_by_people(order(ref), now, timing_, random_);
                const std::optional<Planned> rule = next_by_rule(order(ref), timing_);
                if (!next || (rule && rule->at_ms < next->at_ms)) next = rule;
                if (!next || next->at_ms > options_.start_ms) break;
                now = next->at_ms;
                step(ref, next->step, now);
            }
            play_returns();
        }
    }
    listener_ = listener;
}

}  // namespace sandbox
