#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <string>

#include "base/file.h"
#include "model/permission.h"

namespace team {
namespace {

using model::Role;

std::string role_matrix() {
    constexpr std::array k_roles{Role::owner, Role::manager, Role::support, Role::viewer};
    std::string text =
        "# Who may do what\n\n"
        "Made from `model::may` (`src/model/permission.cpp`); a test compares. To write it again:\n"
        "`STALLWARD_WRITE_DOCS=1 build/dev/bin/team_test --gtest_filter=RoleMatrix.*`\n\n"
        "A person who is limited to some stores may do this to those stores only. *Fresh code*: the second factor must "
        "have "
        "been given in the last five\nminutes. `open_public` and `webhook` need no sign-in.\n\n"
        "| action |";
    for (const Role role : k_roles) text += " " + std::string(model::name(role)) + " |";
    text += " fresh code |\n| --- |";
    for (std::size_t i = 0; i < k_roles.size(); ++i) text += " --- |";
    text += " --- |\n";
    for (const model::Action action : model::all_actions()) {
        text += "| `" + std::string(model::name(action)) + "` |";
        for (const Role role : k_roles) text += model::may(role, {}, action, std::nullopt) ? " yes |" : " – |";
        text += model::needs_step_up(action) ? " yes |\n" : " – |\n";
    }
    return text;
}

// AUTHZ-4: a change of the roles is seen in review, as a change of this document.
TEST(RoleMatrix, TheDocumentSaysWhatTheCodeDoes) {
    const std::string path = std::string(STALLWARD_SOURCE_DIR) + '/' + "docs/role-matrix.md";
    if (std::getenv("STALLWARD_WRITE_DOCS") != nullptr) {
        ASSERT_TRUE(base::write_file(path, role_matrix(), 0644));
    }
    EXPECT_EQ(base::read_file(path).value_or(""), role_matrix());
}

}  // namespace
}  // namespace team
