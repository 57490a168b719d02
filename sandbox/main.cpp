#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "base/file.h"
#include "sandbox/engine.h"
#include "sandbox/server.h"
#include "sandbox/webhook_client.h"

namespace {

int fail(const std::string& what) {
    fmt::print(stderr, "stallward-sandbox: {}\n", what);
    return 1;
}

// "127.0.0.1:8600"
bool read_listen(const std::string& text, std::string& address, std::uint16_t& port) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos || colon == 0) return false;
    address = text.substr(0, colon);
    const auto [end, error] = std::from_chars(text.data() + colon + 1, text.data() + text.size(), port);
    // The control address is nine above; 0 leaves both to the system.
    return error == std::errc{} && end == text.data() + text.size() && port <= 65'535 - 9;
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App cli(
        "Invented marketplaces for tests and the demo: TikTok Shop on PORT, Shopee on PORT + 1, Lazada on "
        "PORT + 2, the control address on 127.0.0.1, PORT + 9.",
        "stallward-sandbox");
    sandbox::EngineOptions options;
    std::string listen = "127.0.0.1:8600";
    std::string story;
    std::string faults;
    cli.add_option("--listen", listen, "ADDR:PORT; with port 0 the system chooses both ports")->capture_default_str();
    cli.add_option("--seed", options.seed, "The same seed gives the same shops, buyers and keys")
        ->capture_default_str();
    cli.add_option("--stores", options.shops, "Shops, spread over several markets")
        ->capture_default_str()
        ->check(CLI::Range(1, 2'000));
    cli.add_option("--shopee", options.shopee_shops, "Shopee's shops, beside those of --stores")
        ->capture_default_str()
        ->check(CLI::Range(0, 2'000));
    cli.add_option("--lazada", options.lazada_shops, "Lazada's shops, beside those of --stores")
        ->capture_default_str()
        ->check(CLI::Range(0, 2'000));
    cli.add_option("--speed", options.speed, "How many times as fast as real all time limits are")
        ->capture_default_str()
        ->check(CLI::Range(0.001, 100'000.0));
    cli.add_option("--history", options.history, "Orders each shop has from before")
        ->capture_default_str()
        ->check(CLI::Range(0, 1'000'000));
    cli.add_option("--story", story, "daily, phishing-wave, deauthorisation or lost-webhooks");
    cli.add_option("--faults", faults, "A JSON file of faults (docs/guide/sandbox.md)");
    cli.add_option("--redirect", options.redirect_url, "Where the consent page sends the browser back to");
    cli.add_option("--lazada-redirect", options.lazada_redirect_url, "The same for Lazada's");
    cli.add_option("--ledger", options.ledger_file,
                   "Append everything asked, done and sent to this file, as JSON lines");
    try {
        cli.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return cli.exit(error) == 0 ? 0 : 2;
    }
    sandbox::ServerOptions server_options;
    if (!read_listen(listen, server_options.address, server_options.port)) {
        fmt::print(stderr, "stallward-sandbox: --listen: ADDR:PORT with a port of at most 65526 is needed\n");
        return 2;
    }
    server_options.control_port = server_options.port == 0 ? 0 : static_cast<std::uint16_t>(server_options.port + 9);

    server_options.shopee_port = server_options.port == 0 ? 0 : static_cast<std::uint16_t>(server_options.port + 1);

    server_options.lazada_port = server_options.port == 0 ? 0 : static_cast<std::uint16_t>(server_options.port + 2);

    // Before any thread starts, so that all of them leave the two signals to sigwait below.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    std::signal(SIGPIPE, SIG_IGN);

    const base::SystemClock clock;
    const auto engine = sandbox::Engine::make(options, clock);
    if (!engine) return fail(engine.error().what);
    if (!faults.empty()) {
        const auto text = base::read_file(faults);
        if (!text) return fail(fmt::format("{}: {}", faults, text.error().what));
        if (const auto set = (*engine)->faults.set(*text); !set)
            return fail(fmt::format("{}: {}", faults, set.error().what));
    }
    if (!story.empty())
        if (const auto started = (*engine)->stories.start(story, (*engine)->clock.now_ms()); !started)
            return fail(started.error().what);
    sandbox::WebhookClient client;
    const auto server = sandbox::Server::start(server_options, **engine, client);
    if (!server) return fail(server.error().what);

    const sandbox::tiktok::App& app = *(*engine)->tiktok.registry().apps().front();
    std::string shopee;
    if ((*engine)->shopee) {
        const sandbox::shopee::App& partner = (*engine)->shopee->service.registry().app();
        shopee = fmt::format(R"(,"shopee":"{}","shopee_partner_id":"{}","shopee_partner_key":"{}")",
                             (*engine)->shopee_address, partner.partner_id, partner.key);
    }
    const sandbox::lazada::App& lazada_app = (*engine)->lazada.service.registry().apps().begin()->second;
    fmt::print(
        R"({{"tiktok_shop":"http://{0}:{1}","control":"http://127.0.0.1:{2}","app_key":"{3}","app_secret":"{4}","service_id":"{5}"{6},)"
        R"("lazada":"{7}","lazada_app_key":"{8}","lazada_app_secret":"{9}"}})"
        "\n",
        server_options.address, (*server)->port(), (*server)->control_port(), app.key, app.secret, app.service_id,
        shopee, (*engine)->lazada.address, lazada_app.key, lazada_app.secret);
    std::fflush(stdout);

    int signal = 0;
    sigwait(&signals, &signal);
    (*server)->stop();
    return 0;
}
