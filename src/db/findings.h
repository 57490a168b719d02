#pragma once

#include <string_view>
#include <vector>

#include "db/sql.h"
#include "model/finding.h"

namespace db {

// Sets and returns the id. Reasons are stored sealed: their arguments may quote a buyer.
Result<model::FindingId> add_finding(Tx& tx, const model::Finding& finding);
Result<model::Finding> find_finding(Reader& reader, model::FindingId id);  // Or not_found.
// About one thing, newest first.
Result<std::vector<model::Finding>> findings_about(Reader& reader, model::StoreId store, std::string_view subject_kind,
                                                   std::string_view subject, std::size_t limit);

// The newest finding about each of these things; those without any are left out. At most 500 subjects.
Result<std::vector<model::Finding>> newest_findings(Reader& reader, model::StoreId store, std::string_view subject_kind,
                                                    const std::vector<std::string>& subjects);
// Those of severity low, too weak for an alert, newest first: of these stores (empty: all), seen from `since` on.
Result<std::vector<model::Finding>> weak_findings(Reader& reader, const std::vector<model::StoreId>& stores,
                                                  base::Time since, std::size_t limit);

}  // namespace db
