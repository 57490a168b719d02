#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "model/store.h"

// By when a buyer's message has to be answered, so that the marketplace counts it as answered.
namespace api {

// One line of rules/answer_times.json; facts with their sources stand there.
struct AnswerTime {
    model::Platform platform = model::Platform::tiktok_shop;
    std::vector<std::string> regions;      // Empty: all.
    base::Duration after;                  // 0: by the day.
    base::Duration day_ends, answered_by;  // Since midnight in the store's zone.
};
base::Result<std::vector<AnswerTime>> read_answer_times(std::string_view json);
// Those that the program was built with.
const std::vector<AnswerTime>& answer_times();

// 0 where no rule fits: nothing is promised then. `since`: when the buyer wrote. Pure.
base::Time answer_by(const std::vector<AnswerTime>& times, const model::Store& store, base::Time since);

}  // namespace api
