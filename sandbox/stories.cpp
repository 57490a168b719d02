#include "sandbox/stories.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "base/json.h"
#include "sandbox/data.h"

namespace sandbox {

base::Result<std::vector<StagedMessage>> load_staged_messages() {
    const base::JsonDocument document = TRY(base::JsonDocument::parse(staged_messages()));
    std::vector<StagedMessage> messages;
    for (const base::Json& item : document["messages"].items())
        messages.push_back({item["scam"].boolean_or(false), item["category"].string_or(), item["lang"].string_or(),
                            item["text"].string_or()});
    if (messages.empty()) return base::fail(base::Code::corrupt, "staged messages");
    return messages;
}

Stories::Stories(World& world, Ledger& ledger, Faults& faults, std::uint64_t seed, std::vector<StagedMessage> messages)
    : world_(world),
      ledger_(ledger),
      faults_(faults),
      random_(seed ^ 0x73746f72696573ull),
      messages_(std::move(messages)) {}

const std::vector<std::string_view>& Stories::names() {
    static const std::vector<std::string_view> names = {"daily", "phishing-wave", "deauthorisation", "lost-webhooks"};
    return names;
}

void Stories::later(std::int64_t now_ms, base::Duration after, std::function<void(std::int64_t)> act) {
    due_.push({now_ms + world_.timing().scaled(after), std::move(act)});
}

base::Result<void> Stories::start(std::string_view name, std::int64_t now_ms) {
    if (std::ranges::find(names(), name) == names().end())
        return base::fail(base::Code::invalid_input,
                          fmt::format("there is no story \"{}\"; known: {}", name, fmt::join(names(), ", ")));
    ledger_.add(now_ms, "control", "story", fmt::format(R"("name":"{}")", name));
    if (name == "daily") {
        world_.set_life(true);
    } else if (name == "phishing-wave") {
        std::int64_t minute = 0;
        for (const std::string_view category :
             {"phishing", "account_theft", "off_platform", "extortion", "fake_service"}) {
            for (std::uint32_t number = 0; number < world_.shops().size(); ++number) {
                later(now_ms, base::minutes(++minute), [this, number, category](std::int64_t now) {
                    Shop& shop = world_.shops()[number];
                    (void)stage(shop, category, shop.market->language, true, now);
                    (void)stage(shop, "", k_languages[random_.below(k_languages.size())], false, now);
                });
            }
        }
    } else if (name == "deauthorisation") {
        later(now_ms, base::minutes(10), [this](std::int64_t now) {
            if (!deauthorise_one || !deauthorise_one()) ledger_.add(now, "control", "nothing_to_deauthorise", {});
        });
    } else {
        const std::string before = faults_.text();
        TRY_VOID(faults_.set(R"({"webhooks":[{"kind":"drop","share":0.3}]})"));
        later(now_ms, base::hours(2), [this, before](std::int64_t) { (void)faults_.set(before); });
    }
    return {};
}

std::uint64_t Stories::write(Shop& shop, const StagedMessage& message, std::int64_t now_ms) {
    const std::uint32_t buyer = world_.buyer_speaking(shop, message.language);
    const std::string content = fmt::format(R"({{"content": {}}})", base::json_quote(message.text));
    const std::uint64_t id = world_.write(shop, buyer, "BUYER", "TEXT", content, now_ms).id;
    ledger_.add(now_ms, "staged", message.scam ? "scam" : "harmless",
                fmt::format(R"("message":"{}","shop":"{}","category":"{}","lang":"{}")", id, shop.id, message.category,
                            message.language));
    return id;
}

base::Result<std::uint64_t> Stories::stage(Shop& shop, std::string_view category, std::string_view language, bool scam,
                                           std::int64_t now_ms) {
    std::vector<const StagedMessage*> fitting;
    for (const StagedMessage& message : messages_)
        if (message.scam == scam && (category.empty() || message.category == category) &&
            (language.empty() || message.language == language))
            fitting.push_back(&message);
    if (fitting.empty()) return base::fail(base::Code::not_found, "no staged message of this category and language");
    return write(shop, *fitting[random_.below(fitting.size())], now_ms);
}

std::int64_t Stories::advance(std::int64_t now_ms) {
    while (!due_.empty() && due_.top().at_ms <= now_ms) {
        const auto act = due_.top().act;
        due_.pop();
        act(now_ms);
    }
    std::int64_t next = due_.empty() ? std::numeric_limits<std::int64_t>::max() : due_.top().at_ms;
    if (world_.life() && !world_.shops().empty() && messages_per_day_ > 0) {
        const double mean =
            86'400'000.0 / (messages_per_day_ * static_cast<double>(world_.shops().size()) * world_.timing().speed);
        const auto gap = [&] {
            return std::max<std::int64_t>(
                1, static_cast<std::int64_t>(
                       -std::log((static_cast<double>(random_.below(1'000'000)) + 1) / 1'000'001) * mean));
        };
        if (next_message_ms_ == 0) next_message_ms_ = now_ms + gap();
        for (int i = 0; i < 20 && next_message_ms_ <= now_ms; ++i) {
            Shop& shop = world_.shops()[random_.below(world_.shops().size())];
            const std::string_view language =
                random_.below(5) == 0 ? k_languages[random_.below(k_languages.size())] : shop.market->language;
            if (shop.state == ShopState::active) (void)stage(shop, "", language, random_.below(5) == 0, now_ms);
            next_message_ms_ += gap();
        }
        next_message_ms_ = std::max(next_message_ms_, now_ms);
        next = std::min(next, next_message_ms_);
    }
    return next;
}

}  // namespace sandbox
