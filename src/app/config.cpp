#include "app/config.h"

#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
// Debian compiles the library with exceptions; without them it is used as headers only.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include "base/text.h"

namespace app {
namespace {

using base::Code;
using base::fail;

std::string program_folder() {
    std::error_code error;
    const auto path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string(".") : path.parent_path().string();
}

// One key of the file: what reads its node into the configuration.
using Reader = std::function<base::Result<void>(Config&, const toml::node&)>;

Reader text(std::string Config::* member) {
    return [member](Config& config, const toml::node& node) -> base::Result<void> {
        const auto value = node.value_exact<std::string>();
        if (!value) return fail(Code::invalid_input, "text expected");
        config.*member = *value;
        return {};
    };
}

Reader list(std::vector<std::string> Config::* member) {
    return [member](Config& config, const toml::node& node) -> base::Result<void> {
        const toml::array* values = node.as_array();
        if (values == nullptr) return fail(Code::invalid_input, "list expected");
        (config.*member).clear();
        for (const toml::node& item : *values) {
            const auto value = item.value_exact<std::string>();
            if (!value) return fail(Code::invalid_input, "list of text expected");
            (config.*member).push_back(*value);
        }
        return {};
    };
}

const std::map<std::string_view, Reader>& readers() {
    static const std::map<std::string_view, Reader> k_readers{
        {"data", text(&Config::data)},
        {"db", text(&Config::db_url)},
        {"public_url", text(&Config::public_url)},
        {"tls_certificate", text(&Config::tls_certificate)},
        {"tls_key", text(&Config::tls_key)},
        {"rules", text(&Config::rules)},
        {"trusted_proxies", list(&Config::trusted_proxies)},
        {"extra_hosts", list(&Config::extra_hosts)},
        {"listen",
         [](Config& config, const toml::node& node) -> base::Result<void> {
             config.listen = TRY(parse_address(node.value_exact<std::string>().value_or("")));
             return {};
         }},
        {"metrics",
         [](Config& config, const toml::node& node) -> base::Result<void> {
             config.metrics = TRY(parse_address(node.value_exact<std::string>().value_or("")));
             return {};
         }},
    };
    return k_readers;
}

}  // namespace

std::string Address::text() const {
    return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

base::Result<Address> parse_address(std::string_view text) {
    const auto bad = [&] { return fail(Code::invalid_input, "'" + std::string(text) + "' is no ADDRESS:PORT"); };
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return bad();
    std::string_view host = text.substr(0, colon);
    const std::string_view port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != std::string_view::npos)
        return bad();
    Address address{std::string(host), 0};
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), address.port);
    if (host.empty() || parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size()) return bad();
    return address;
}

bool is_loopback(std::string_view host) {
    return host.starts_with("127.") || host == "::1" || host == "localhost";
}

std::string Config::origin() const {
    if (!public_url.empty())
        return public_url.ends_with('/') ? public_url.substr(0, public_url.size() - 1) : public_url;
    return (tls_certificate.empty() ? "http://" : "https://") + listen.text();
}

std::string Config::log_host() const {
    const std::string all = origin();
    const std::string host = all.substr(all.find("//") + 2);
    return host.substr(0, host.find('/'));
}

base::Result<Config> read_config(const std::string& path, Config config) {
    const toml::parse_result parsed = toml::parse_file(path);
    if (!parsed) {
        const auto& where = parsed.error().source().begin;
        return fail(Code::invalid_input,
                    path + " line " + std::to_string(where.line) + ": " + std::string(parsed.error().description()));
    }
    for (const auto& [key, node] : parsed.table()) {
        const std::string at = path + " line " + std::to_string(node.source().begin.line) + ": ";
        const auto reader = readers().find(key.str());
        if (reader == readers().end())
            return fail(Code::invalid_input, at + "unknown key '" + std::string(key.str()) + "'");
        if (auto read = reader->second(config, node); !read) return fail(Code::invalid_input, at + read.error().what);
    }
    return config;
}

base::Result<void> check(const Config& config) {
    if (config.tls_certificate.empty() != config.tls_key.empty())
        return fail(Code::invalid_input, "tls_certificate and tls_key belong together: set both or none");
    if (config.tls_certificate.empty() && !is_loopback(config.listen.host) && config.trusted_proxies.empty())
        return fail(Code::invalid_input,
                    "plain HTTP is served on loopback only: set tls_certificate and tls_key, or listen on 127.0.0.1, "
                    "or name the proxy in front of "
                    "the server in trusted_proxies");
    if (config.metrics && !is_loopback(config.metrics->host) && config.trusted_proxies.empty())
        return fail(Code::invalid_input, "metrics are served on loopback only");
    if (!config.public_url.empty() && !config.public_url.starts_with("https://") &&
        !config.public_url.starts_with("http://127.0.0.1") && !config.public_url.starts_with("http://localhost"))
        return fail(Code::invalid_input, "public_url must start with https://");
    return {};
}

std::string default_rules_folder() {
    namespace fs = std::filesystem;
    const fs::path program = program_folder();
    // Installed: ../share/stallward/rules. Built: build/<preset>/bin, with rules/ at the top of the source tree.
    for (const fs::path& candidate : {program / "../share/stallward/rules", program / "../../../rules"})
        if (std::error_code error; fs::is_directory(candidate, error)) return fs::canonical(candidate, error).string();
    return "rules";
}

std::string default_data_folder() {
    if (const char* xdg = std::getenv("XDG_DATA_HOME"); xdg != nullptr && *xdg == '/')
        return std::string(xdg) + "/stallward";
    if (const char* home = std::getenv("HOME"); home != nullptr && *home == '/')
        return std::string(home) + "/.local/share/stallward";
    return "stallward-data";
}

}  // namespace app
