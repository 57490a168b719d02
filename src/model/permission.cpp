#include "model/permission.h"

#include <algorithm>
#include <array>

namespace model {

std::string_view name(Role role) {
    switch (role) {
        case Role::owner:
            return "owner";
        case Role::manager:
            return "manager";
        case Role::support:
            return "support";
        case Role::viewer:
            return "viewer";
    }
    return "viewer";
}

std::optional<Role> parse_role(std::string_view text) {
    for (const Role role : {Role::owner, Role::manager, Role::support, Role::viewer})
        if (name(role) == text) return role;
    return std::nullopt;
}

std::string_view name(Action action) {
    switch (action) {
        case Action::open_public:
            return "open_public";
        case Action::webhook:
            return "webhook";
        case Action::own_session:
            return "own_session";
        case Action::view_overview:
            return "view_overview";
        case Action::view_orders:
            return "view_orders";
        case Action::view_chats:
            return "view_chats";
        case Action::view_stores:
            return "view_stores";
        case Action::view_alerts:
            return "view_alerts";
        case Action::handle_alerts:
            return "handle_alerts";
        case Action::check_messages:
            return "check_messages";
        case Action::save_views:
            return "save_views";
        case Action::import_data:
            return "import_data";
        case Action::sync_store:
            return "sync_store";
        case Action::connect_store:
            return "connect_store";
        case Action::edit_store:
            return "edit_store";
        case Action::edit_proxy:
            return "edit_proxy";
        case Action::edit_apps:
            return "edit_apps";
        case Action::view_audit:
            return "view_audit";
        case Action::view_people:
            return "view_people";
        case Action::edit_people:
            return "edit_people";
        case Action::view_settings:
            return "view_settings";
        case Action::edit_settings:
            return "edit_settings";
        case Action::leave_demo:
            return "leave_demo";
    }
    return "open_public";
}

std::span<const Action> all_actions() {
    using enum Action;
    static constexpr std::array k_all{open_public,   webhook,       own_session, view_overview, view_orders,
                                      view_chats,    view_stores,   view_alerts, handle_alerts, check_messages,
                                      save_views,    import_data,   sync_store,  connect_store, edit_store,
                                      edit_proxy,    edit_apps,     view_audit,  view_people,   edit_people,
                                      view_settings, edit_settings, leave_demo};
    return k_all;
}

namespace {

bool role_may(Role role, Action action) {
    const bool owner = role == Role::owner;
    const bool manager = owner || role == Role::manager;
    const bool support = manager || role == Role::support;
    switch (action) {
        case Action::open_public:
        case Action::webhook:
            return true;  // Checked before there is a person.
        case Action::own_session:
        case Action::view_overview:
        case Action::view_orders:
        case Action::view_stores:
        case Action::view_alerts:
        case Action::view_settings:
        case Action::check_messages:
        case Action::save_views:
            return true;
        case Action::view_chats:
        case Action::handle_alerts:
            return support;
        case Action::import_data:
        case Action::sync_store:
        case Action::connect_store:
        case Action::edit_store:
        case Action::edit_proxy:
        case Action::view_audit:
        case Action::view_people:
        case Action::edit_settings:
            return manager;
        case Action::edit_apps:
        case Action::edit_people:
        case Action::leave_demo:
            return owner;
    }
    return false;
}

}  // namespace

bool may(Role role, const std::vector<StoreId>& stores, Action action, std::optional<StoreId> store) {
    if (!role_may(role, action)) return false;
    if (!store || stores.empty()) return true;
    return std::ranges::find(stores, *store) != stores.end();
}

bool needs_step_up(Action action) {
    switch (action) {
        case Action::connect_store:
        case Action::edit_proxy:
        case Action::edit_apps:
        case Action::edit_people:
            return true;
        default:
            return false;
    }
}

}  // namespace model
