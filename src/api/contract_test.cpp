#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>

#include "api/policy_reports.h"
#include "api/route.h"
#include "base/file.h"
#include "base/text.h"
#include "http/message.h"
#include "model/permission.h"

// api/openapi.yaml and the routes of the server say the same.
namespace api {
namespace {

struct Operation {
    std::string id;
    std::string action;
    bool step_up = false;
    bool needs_session = true;
    bool takes_body = false;
    bool by_browser = false;
    bool operator==(const Operation&) const = default;
};

// Only for messages of failed tests.
void PrintTo(const Operation& operation, std::ostream* out) {
    *out << operation.id << ", " << operation.action << (operation.step_up ? ", step-up" : "")
         << (operation.needs_session ? "" : ", no session") << (operation.takes_body ? ", body" : "")
         << (operation.by_browser ? ", by the browser" : "");
}

// By "get /stores/{store}".
using Operations = std::map<std::string, Operation>;

// Text behind `  key:` when the line is exactly that deep; nothing otherwise.
std::optional<std::string_view> value_at(std::string_view line, std::size_t depth, std::string_view key) {
    if (line.size() < depth || line.find_first_not_of(' ') != depth) return std::nullopt;
    line.remove_prefix(depth);
    if (!line.starts_with(key) || !line.substr(key.size()).starts_with(':')) return std::nullopt;
    return base::trim(line.substr(key.size() + 1));
}

// The operations of the file, by its layout: a path on two spaces, a method on four, what is said of it on six. A line
// on these depths that is not understood makes the test fail, so that nothing is overlooked.
Operations read_document(const std::string& text) {
    Operations operations;
    std::string path;
    Operation* operation = nullptr;
    bool inside = false;
    for (const std::string_view line : base::split(text, '\n')) {
        const std::size_t depth = line.find_first_not_of(' ');
        if (depth == std::string_view::npos) continue;
        if (depth == 0) {
            inside = line == "paths:";
            continue;
        }
        if (!inside) continue;
        const std::string_view content = base::trim(line);
        if (depth == 2) {
            EXPECT_TRUE(content.starts_with('/') && content.ends_with(':')) << line;
            path = content.substr(0, content.size() - 1);
            operation = nullptr;
        } else if (depth == 4) {
            operation = nullptr;
            if (content.starts_with("parameters:")) continue;
            EXPECT_TRUE(content.ends_with(':')) << line;
            const std::string key = std::string(content.substr(0, content.size() - 1)) + " " + path;
            const auto [at, fresh] = operations.try_emplace(key);
            EXPECT_TRUE(fresh) << "twice: " << key;
            operation = &at->second;
        } else if (depth == 6 && operation != nullptr) {
            if (const auto id = value_at(line, 6, "operationId")) operation->id = *id;
            if (const auto action = value_at(line, 6, "x-action")) operation->action = *action;
            if (const auto step_up = value_at(line, 6, "x-step-up")) {
                EXPECT_EQ(*step_up, "true") << line;
                operation->step_up = true;
            }
            if (const auto security = value_at(line, 6, "security")) {
                EXPECT_EQ(*security, "[]") << line;
                operation->needs_session = false;
            }
            if (value_at(line, 6, "requestBody")) operation->takes_body = true;
            if (const auto by_browser = value_at(line, 6, "x-by-browser")) {
                EXPECT_EQ(*by_browser, "true") << line;
                operation->by_browser = true;
            }
        }
    }
    return operations;
}

std::string key_of(const Route& route) {
    return base::ascii_lower(http::name(route.method)) + " " + std::string(route.path);
}

Operations operations_of_routes() {
    Operations operations;
    for (const Route& route : all_routes()) {
        const bool by_browser = route.operation == k_policy_report_operation;
        const Operation operation{std::string(route.operation),       std::string(model::name(route.action)),
                                  model::needs_step_up(route.action), route.action != model::Action::open_public,
                                  !route.body.empty() || by_browser,  by_browser};
        EXPECT_TRUE(operations.emplace(key_of(route), operation).second) << "twice: " << key_of(route);
    }
    return operations;
}

TEST(Contract, TheDocumentAndTheRoutesSayTheSame) {
    const Operations described = read_document(base::read_file(STALLWARD_SOURCE_DIR "/api/openapi.yaml").value());
    const Operations served = operations_of_routes();
    EXPECT_GT(described.size(), 40u);
    for (const auto& [key, operation] : described) {
        const auto route = served.find(key);
        ASSERT_TRUE(route != served.end()) << "described, not served: " << key;
        EXPECT_EQ(route->second, operation) << key;
    }
    for (const auto& [key, operation] : served)
        EXPECT_TRUE(described.contains(key)) << "served, not described: " << key;
    std::map<std::string, int> ids;
    for (const auto& [key, operation] : described) EXPECT_EQ(++ids[operation.id], 1) << operation.id;
    RecordProperty("operations", static_cast<int>(described.size()));
}

TEST(Contract, TheReaderOfTheDocumentSeesDifferences) {
    const Operations operations = read_document(
        "paths:\n  /a/{b}:\n    parameters: [{ name: b }]\n    post:\n      operationId: doA\n      x-action: "
        "edit_apps\n"
        "      x-step-up: true\n      requestBody: { required: true }\n    get:\n      operationId: getA\n"
        "      x-action: open_public\n      security: []\n\ncomponents:\n  schemas:\n    get:\n");
    ASSERT_EQ(operations.size(), 2u);
    EXPECT_EQ(operations.at("post /a/{b}"), (Operation{"doA", "edit_apps", true, true, true}));
    EXPECT_EQ(operations.at("get /a/{b}"), (Operation{"getA", "open_public", false, false, false}));
}

}  // namespace
}  // namespace api
