#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace app {

struct Address {
    std::string host;
    std::uint16_t port = 0;
    std::string text() const;
};
// "127.0.0.1:8780", "[::1]:8780".
base::Result<Address> parse_address(std::string_view text);
// 127.0.0.0/8, ::1.
bool is_loopback(std::string_view host);

// What `serve` runs with: the file's values, over them the command line's.
struct Config {
    std::string data;    // Data folder; made with mode 0700 when missing.
    std::string db_url;  // Empty: SQLite in the data folder.
    Address listen{"127.0.0.1", 8780};
    std::string
        public_url;  // What browsers and marketplaces see, e.g. "https://console.example.com"; empty: from `listen`.
    std::string tls_certificate, tls_key;  // PEM files; both or none.
    std::vector<std::string> trusted_proxies;
    std::optional<Address> metrics;        // Own listener; none by default.
    std::vector<std::string> extra_hosts;  // "https://host" that may be called beside the marketplaces' own (OUT-1).
    std::string rules;                     // Folder of the rule data.
    std::string demo;                      // Control address of a sandbox whose stores are the demo fleet; empty: none.

    std::string log_host() const;  // Host part of the origin: names the audit log's checkpoints.
    std::string origin() const;    // "https://console.example.com", without a slash at the end.
};

// Reads a TOML file; unknown keys, wrong types and unreadable files are errors that name the line.
base::Result<Config> read_config(const std::string& path, Config defaults);

// Refuses what would be unsafe: plain HTTP on anything but loopback without a trusted proxy in front, half a TLS pair.
base::Result<void> check(const Config& config);

// The folder with rules/ beside the program or in the source tree, and the default data folder.
std::string default_rules_folder();
std::string default_data_folder();

}  // namespace app
