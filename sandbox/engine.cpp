#include "sandbox/engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace sandbox {
namespace {

constexpr std::int64_t k_longest_sleep_ms = 50;
// Orders of one burst in one go, so that calls are answered in between.
constexpr std::uint64_t k_burst_step = 200;

WorldOptions world_options(const EngineOptions& options, std::int64_t now_ms) {
    WorldOptions world;
    world.seed = options.seed;
    world.shops = options.shops;
    world.history = options.history;
    world.timing.speed = options.speed;
    world.start_ms = now_ms;
    return world;
}

// The part of an answer that a fault before execution replaces.
std::optional<http::Response> instead(const ApiFault& fault,
                                      const std::function<http::Response(const ApiFault&)>& frame) {
    http::Response response;
    switch (fault.kind) {
        case ApiFaultKind::rate_limited:
        case ApiFaultKind::error_in_200:
            return frame(fault);
        case ApiFaultKind::status:
            response.status = fault.status;
            response.set("Content-Type", "text/html");
            if (fault.retry_after_s) response.set("Retry-After", std::to_string(*fault.retry_after_s));
            response.body =
                fmt::format("<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>", fault.status);
            return response;
        case ApiFaultKind::html_page:
            response.set("Content-Type", "text/html");
            response.body = "<!doctype html><html><body><form>Sign in</form></body></html>";
            return response;
        case ApiFaultKind::hang_before:
        case ApiFaultKind::close_before:
            response.cut_after = 0;
            return response;
        default:
            return std::nullopt;
    }
}

http::Response tiktok_refusal(const ApiFault& fault) {
    http::Response response;
    response.set("Content-Type", "application/json");
    if (fault.kind == ApiFaultKind::rate_limited) {
        response.status = 429;
        if (fault.retry_after_s) response.set("Retry-After", std::to_string(*fault.retry_after_s));
        response.body = R"({"code":36009002,"message":"Too many requests.","request_id":"0","data":null})";
    } else {
        response.body = fmt::format(
            R"({{"code":{},"message":"internal error, please try again","request_id":"0","data":null}})", fault.code);
    }
    return response;
}

void spoil(const ApiFault& fault, http::Response& response) {
    switch (fault.kind) {
        case ApiFaultKind::cut:
            response.cut_after = fault.at_byte;
            break;
        case ApiFaultKind::content_type:
            std::erase_if(response.headers, [](const auto& header) { return header.first == "Content-Type"; });
            response.set("Content-Type", "text/html");
            break;
        case ApiFaultKind::huge:
            response.body.append(std::min<std::size_t>(fault.at_byte, 200u << 20), ' ');
            break;
        case ApiFaultKind::hang_after:
        case ApiFaultKind::close_after:
            response.cut_after = 0;
            break;
        default:
            break;
    }
}

bool takes_time(ApiFaultKind kind) {
    return kind == ApiFaultKind::latency || kind == ApiFaultKind::hang_before || kind == ApiFaultKind::hang_after;
}

}  // namespace

base::Result<std::unique_ptr<Engine>> Engine::make(const EngineOptions& options, const base::Clock& machine) {
    Shape shape = TRY(load_shape());
    std::vector<StagedMessage> messages = TRY(load_staged_messages());
    std::unique_ptr<Engine> engine(new Engine(options, machine, std::move(shape), std::move(messages)));
    if (options.shopee_shops > 0)
        engine->shopee = std::make_unique<shopee::Market>(
            shopee::Market::Options{options.seed, options.shopee_shops, options.history, options.speed,
                                    engine->clock.now_ms()},
            TRY(load_shape()), engine->clock, engine->ledger, engine->faults);
    if (!options.ledger_file.empty()) TRY_VOID(engine->ledger.keep_in(options.ledger_file));
    return engine;
}

Engine::Engine(const EngineOptions& options, const base::Clock& machine, Shape shape,
               std::vector<StagedMessage> messages)
    : clock(machine),
      faults(options.seed ^ 0x6661756c7473ull),
      world(world_options(options, clock.now_ms()), shape),
      tiktok(world, clock, ledger, options.seed),
      webhooks(tiktok, faults, options.seed),
      stories(world, ledger, faults, options.seed, std::move(messages)),
      lazada({.seed = options.seed,
              .shops = options.lazada_shops,
              .history = options.history,
              .speed = options.speed,
              .redirect_url = options.lazada_redirect_url},
             clock, ledger, std::move(shape)) {
    world.make_history();
    tiktok.registry().add_app(options.redirect_url);
    world.listen({
        .order_changed = [this](const Shop& shop, const Order& order) { webhooks.order_changed(shop, order); },
        .address_changed = [this](const Shop& shop, const Order& order) { webhooks.address_changed(shop, order); },
        .cancellation_changed = [this](const Shop& shop, const Order& order,
                                       std::string_view status) { webhooks.cancellation_changed(shop, order, status); },
        .message_arrived = [this](const Shop& shop, const Conversation& conversation,
                                  const Message& message) { webhooks.message_arrived(shop, conversation, message); },
        .return_changed = [this](const Shop& shop, const Return& one) { webhooks.return_changed(shop, one); },
    });
    tiktok.deauthorised = [this](const tiktok::App& app, const Shop& shop) { webhooks.deauthorised(app, shop); };
    stories.deauthorise_one = [this] {
        for (const auto& [key, authorisation] : tiktok.registry().authorisations())
            if (!authorisation.shops.empty())
                return tiktok.deauthorise(*tiktok.registry().find_app(key.first), key.second);
        return false;
    };
}

Outcome Engine::handle(const http::Request& request) {
    const std::scoped_lock lock(mutex);
    const auto [operation, shop] = tiktok.subject(request);
    return with_fault(faults, operation, shop, [&] { return tiktok.handle(request); }, tiktok_refusal);
}

Outcome Engine::handle_shopee(const http::Request& request) {
    const std::scoped_lock lock(mutex);
    const auto [operation, shop] = shopee->service.subject(request);
    return with_fault(
        faults, operation, shop, [&] { return shopee->service.handle(request); },
        [&](const ApiFault& fault) {
            return shopee->service.frame(fault.kind == ApiFaultKind::rate_limited
                                             ? shopee::refused("error_rate_limit", "Too many calls.")
                                             : shopee::refused("error_server", "Something wrong. Please try later."));
        });
}

Outcome Engine::handle_lazada(const http::Request& request) {
    const std::scoped_lock lock(mutex);
    const auto [operation, shop] = lazada.service.subject(request);
    return with_fault(lazada.faults, operation, shop, [&] { return lazada.service.handle(request); }, lazada::refusal);
}

Outcome Engine::with_fault(Faults& chosen, std::string_view operation, std::uint64_t shop,
                           const std::function<http::Response()>& run,
                           const std::function<http::Response(const ApiFault&)>& frame) {
    const auto fault = chosen.for_call(operation, shop);
    if (!fault) return {run(), 0};
    const std::int64_t delay = takes_time(fault->kind) ? fault->delay_ms : 0;
    auto replaced = instead(*fault, frame);
    ledger.add(clock.now_ms(), "request", fmt::format("{}.fault", operation),
               fmt::format(R"("shop":"{}","executed":{})", shop, !replaced));
    if (replaced) return {std::move(*replaced), delay};
    http::Response response = run();
    spoil(*fault, response);
    return {std::move(response), delay};
}

std::int64_t Engine::advance(std::int64_t now_ms) {
    std::int64_t next = std::min({world.advance(now_ms), stories.advance(now_ms), lazada.world.advance(now_ms)});
    for (Burst& burst : bursts) {
        const std::int64_t until = std::min(now_ms, burst.until_ms);
        const auto wanted =
            static_cast<std::uint64_t>(static_cast<double>(until - burst.from_ms) * burst.per_second / 1'000);
        for (std::uint64_t i = 0; i < k_burst_step && burst.made < wanted; ++i, ++burst.made) {
            Shop* shop =
                burst.shop ? world.find_shop(*burst.shop) : &world.shops()[burst_turn_++ % world.shops().size()];
            if (shop != nullptr) world.create_order(*shop, now_ms);
        }
        next = now_ms;
    }
    std::erase_if(bursts, [&](const Burst& burst) {
        return now_ms >= burst.until_ms &&
               static_cast<double>(burst.made) >=
                   static_cast<double>(burst.until_ms - burst.from_ms) * burst.per_second / 1'000 - 1;
    });
    webhooks.warn_of_expiry(now_ms);
    if (shopee) {
        if (shopee->world.life() != world.life()) shopee->world.set_life(world.life());
        next = std::min(next, shopee->advance(now_ms));
    }
    lazada.webhooks.warn_of_expiry(now_ms);
    return std::min({next, webhooks.next_due(), lazada.webhooks.next_due()});
}

void Engine::deliver(base::HttpClient& client, base::HttpRequest request, std::function<void(int status)> finished) {
    request.method = "POST";
    request.egress.owner = "webhooks";
    request.connect_timeout_ms = request.total_timeout_ms;
    request.max_answer_bytes = 64u << 10;
    client.send_async(std::move(request),
                      [this, finished = std::move(finished)](const base::Result<base::HttpAnswer>& answer) {
                          {
                              const std::scoped_lock lock(mutex);
                              finished(answer ? answer->status : 0);
                          }
                          wake();
                      });
}

std::int64_t Engine::tick(base::HttpClient& client) {
    std::vector<tiktok::Attempt> attempts;
    std::vector<shopee::PushAttempt> pushes;
    std::vector<lazada::Attempt> lazada_attempts;
    std::int64_t pause = 0;
    {
        const std::scoped_lock lock(mutex);
        const std::int64_t now = clock.now_ms();
        std::int64_t next = advance(now);
        attempts = webhooks.take_due(now);
        if (shopee) {
            pushes = shopee->pushes.take_due(now);
            next = std::min(next, shopee->pushes.next_due());
        }
        lazada_attempts = lazada.webhooks.take_due(now);
        next = std::min(next, lazada.webhooks.next_due());
        pause = std::clamp<std::int64_t>(std::min(next, webhooks.next_due()) - now, 2, k_longest_sleep_ms);
    }
    const auto request_of = [](auto& attempt, int limit_ms) {
        base::HttpRequest request;
        request.url = std::move(attempt.address);
        request.headers = {{"Content-Type", "application/json"}, {"Authorization", std::move(attempt.signature)}};
        request.body = std::move(attempt.body);
        request.total_timeout_ms = limit_ms;
        return request;
    };
    for (tiktok::Attempt& attempt : attempts)
        deliver(client, request_of(attempt, tiktok::Webhooks::k_answer_limit_ms),
                [this, number = attempt.number](int status) { webhooks.finished(number, status, clock.now_ms()); });
    for (lazada::Attempt& attempt : lazada_attempts)
        deliver(
            client, request_of(attempt, lazada::Webhooks::k_answer_limit_ms),
            [this, number = attempt.number](int status) { lazada.webhooks.finished(number, status, clock.now_ms()); });
    for (shopee::PushAttempt& attempt : pushes)
        deliver(client, request_of(attempt, attempt.answer_limit_ms), [this, number = attempt.number](int status) {
            shopee->pushes.finished(number, status, clock.now_ms());
        });
    return pause;
}

void Engine::wait(std::int64_t ms) {
    std::unique_lock lock(mutex);
    woken_.wait_for(lock, std::chrono::milliseconds(ms), [this] { return wake_; });
    wake_ = false;
}

void Engine::wake() {
    {
        const std::scoped_lock lock(mutex);
        wake_ = true;
    }
    woken_.notify_all();
}

}  // namespace sandbox
