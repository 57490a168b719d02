#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "db/leases.h"
#include "db/sql.h"
#include "model/action.h"

// Everything that leaves for a marketplace. The states are model::ActionState; each function below is
// one arrow of that machine and refuses (precondition_failed "outbox.state") from any other state.
namespace db {

// Plans an action in the transaction of the decision. (store, object, kind, intent) is unique: planning it again
// returns the one that is there, whatever its state. `approved` skips the wait for a person.
struct Planned {
    model::ActionId id;
    bool created = false;
};
Result<Planned> plan_action(Tx& tx, const model::OutgoingAction& action, bool approved);
Result<void> approve_action(Tx& tx, model::ActionId id, model::PersonId by);
// Takes back what was not sent yet; -> refused with this outcome.
Result<void> withdraw_action(Tx& tx, model::ActionId id, std::string_view outcome);

// Approved actions that are due, oldest first, at most one of each (store, object): nothing of an object leaves before
// the earlier one has ended.
Result<std::vector<model::OutgoingAction>> due_actions(Reader& reader, std::size_t limit);
// approved -> sending, under a lease: sets fence, attempt + 1, sent_at. Commit before anything leaves. conflict when an
// earlier action of the object has not ended or the lease is no longer held with this fence.
Result<model::OutgoingAction> mark_sending(Tx& tx, model::ActionId id, const Lease& lease);
// sending | unknown -> confirmed / refused / unknown. The fence is compared with the action's: conflict "outbox.fenced"
// when another owner has it now.
Result<void> confirm_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome);
Result<void> refuse_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome);
Result<void> mark_unknown(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome, base::Time next_at);
// After a read-back that found it not done: unknown -> approved, to be sent again at next_at.
Result<void> plan_again(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome, base::Time next_at);
// sending was not carried out for a reason that is safe to repeat (refused before execution, 429): sending -> approved.
Result<void> postpone_action(Tx& tx, model::ActionId id, std::int64_t fence, std::string_view outcome,
                             base::Time next_at);
Result<void> hand_to_person(Tx& tx, model::ActionId id, std::string_view outcome);

// Actions in unknown whose next_at has come: to be read back.
Result<std::vector<model::OutgoingAction>> actions_to_read_back(Reader& reader, std::size_t limit);
// Is anything in `sending` since before `before`? Asked first, so that a look that finds nothing writes nothing.
Result<bool> any_sending_since(Reader& reader, base::Time before);
// Actions left in `sending` since before `before` by whom no lease protects any more: -> unknown, taken
// over under `lease` (its fence becomes the action's).
Result<std::vector<model::OutgoingAction>> take_over_lost(Tx& tx, const Lease& lease, base::Time before,
                                                          std::size_t limit);

Result<model::OutgoingAction> find_action(Reader& reader, model::ActionId id);  // Or not_found.
Result<std::vector<model::OutgoingAction>> actions_of(Reader& reader, model::StoreId store, std::string_view object,
                                                      std::size_t limit);  // Newest first.
// After a restore (REL-7): everything approved or sending becomes unknown and is read back first. Returns how many.
Result<std::size_t> mark_all_unknown(Tx& tx);

}  // namespace db
