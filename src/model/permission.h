#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/ids.h"

namespace model {

// Presets of the founding guide. owner: everything; manager: everything but people, keys and ownership; support
// (customer service): sees orders, conversations and alerts, uses the checker; viewer: reads.
enum class Role { owner, manager, support, viewer };
std::string_view name(Role role);
std::optional<Role> parse_role(std::string_view text);

// What a route or a command does. Every route declares exactly one (AUTHZ-1); docs/role-matrix.md is generated from
// here.
enum class Action {
    open_public,  // No sign-in: health, sign-in itself, the set-up page's assets.
    webhook,      // Authenticated by the marketplace's signature.
    own_session,  // Any signed-in person, about themselves (also while enrolling the second factor where the route says
                  // so).
    view_overview,
    view_orders,
    view_chats,  // Conversations with what buyers wrote.
    view_stores,
    view_alerts,
    handle_alerts,   // Close, mark as false alarm.
    check_messages,  // The message checker.
    save_views,
    import_data,
    sync_store,
    connect_store,  // Connect, confirm, disconnect. Step-up.
    edit_store,     // Name, time zone.
    edit_proxy,     // Step-up.
    edit_apps,      // Marketplace applications and their secrets. Step-up.
    view_audit,
    view_people,
    edit_people,  // Invite, role, disable, reset. Step-up.
    view_settings,
    edit_settings,
    leave_demo,
};
std::string_view name(Action action);
std::span<const Action> all_actions();

// The one decision function: may a person of this role, limited to these stores (empty: all), do this to this store (no
// value: to none in particular)? Pure; deny by default. Disabled people, missing second factor and stale step-up are
// the caller's (team::authorise) business.
bool may(Role role, const std::vector<StoreId>& stores, Action action, std::optional<StoreId> store);

// Needs a second factor given within the last 5 minutes (SES-3).
bool needs_step_up(Action action);

}  // namespace model
