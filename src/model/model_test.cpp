#include <gtest/gtest.h>

#include <set>

#include "model/events.h"
#include "model/permission.h"

namespace {

using namespace model;

TEST(Events, NamesAndNumbersAreUnique) {
    std::set<std::string_view> names;
    std::set<int> numbers;
    for (const EventKind kind : all_event_kinds()) {
        EXPECT_TRUE(names.insert(name(kind)).second) << name(kind);
        EXPECT_TRUE(numbers.insert(static_cast<int>(kind)).second) << name(kind);
        EXPECT_EQ(parse_event_kind(name(kind)), kind);
    }
}

TEST(Permission, SupportSeesAndAnswersOnly) {
    EXPECT_TRUE(may(Role::support, {}, Action::view_orders, StoreId{1}));
    EXPECT_TRUE(may(Role::support, {}, Action::handle_alerts, StoreId{1}));
    for (const Action action :
         {Action::connect_store, Action::edit_proxy, Action::edit_people, Action::view_audit, Action::import_data})
        EXPECT_FALSE(may(Role::support, {}, action, StoreId{1})) << name(action);
}

TEST(Permission, StoreLimitHoldsForEveryRoleAndAction) {
    for (const Role role : {Role::owner, Role::manager, Role::support, Role::viewer})
        for (const Action action : all_actions())
            EXPECT_FALSE(may(role, {StoreId{1}}, action, StoreId{2})) << name(role) << name(action);
}

TEST(Permission, AHigherRoleMayEverythingALowerOneMay) {
    constexpr Role k_order[] = {Role::viewer, Role::support, Role::manager, Role::owner};
    for (const Action action : all_actions()) {
        for (int i = 0; i + 1 < 4; ++i) {
            const bool lower = may(k_order[i], {}, action, std::nullopt);
            EXPECT_TRUE(!lower || may(k_order[i + 1], {}, action, std::nullopt)) << name(action);
        }
    }
}

TEST(Ids, TextFormIsExact) {
    EXPECT_EQ(StoreId{7}.text(), "s_7");
    EXPECT_EQ(StoreId::parse("s_7"), StoreId{7});
    for (const char* bad : {"7", "s_", "s_07", "s_-7", "s_7x", "o_7", "s_99999999999999999999"})
        EXPECT_FALSE(StoreId::parse(bad)) << bad;
}

}  // namespace
