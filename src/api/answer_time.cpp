#include "api/answer_time.h"

#include <algorithm>

#include "api/trouble.h"
#include "base/json.h"
#include "base/log.h"
#include "detect/rules.h"

namespace api {
namespace {

// "18:00" since midnight.
base::Result<base::Duration> time_of_day(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9' ? text[at] - '0' : 100; };
    const bool shaped = text.size() == 5 && text[2] == ':';
    const int hours = shaped ? digit(0) * 10 + digit(1) : 100;
    const int minutes = shaped ? digit(3) * 10 + digit(4) : 100;
    if (hours > 23 || minutes > 59) return base::fail(base::Code::corrupt, "answer times: no time of day");
    return base::minutes(hours * 60 + minutes);
}

}  // namespace

base::Result<std::vector<AnswerTime>> read_answer_times(std::string_view text) {
    const auto document = TRY(base::JsonDocument::parse(text));
    std::vector<AnswerTime> times;
    for (const base::Json& json : document["times"].items()) {
        AnswerTime time;
        const auto platform = model::parse_platform(json["platform"].string_or());
        if (!platform) return base::fail(base::Code::corrupt, "answer times: unknown platform");
        time.platform = *platform;
        for (const base::Json& region : json["regions"].items()) time.regions.push_back(region.string_or());
        time.after = base::hours(json["hours"].integer_or(0));
        if (!time.after.ms) {
            time.day_ends = TRY(time_of_day(json["day_ends"].string_or()));
            time.answered_by = TRY(time_of_day(json["answered_by"].string_or()));
        }
        times.push_back(std::move(time));
    }
    return times;
}

const std::vector<AnswerTime>& answer_times() {
    static const std::vector<AnswerTime> times = [] {
        const auto& files = detect::built_in_rule_files();
        const auto file = files.find("answer_times.json");
        auto read = read_answer_times(file == files.end() ? std::string_view() : std::string_view(file->second));
        if (read) return std::move(*read);
        base::log(base::Level::error, "chats.no_answer_times", {base::Field(read.error())});
        return std::vector<AnswerTime>();
    }();
    return times;
}

base::Time answer_by(const std::vector<AnswerTime>& times, const model::Store& store, base::Time since) {
    if (!since) return {};
    const auto found = std::ranges::find_if(times, [&](const AnswerTime& time) {
        return time.platform == store.platform &&
               (time.regions.empty() || std::ranges::find(time.regions, store.region) != time.regions.end());
    });
    if (found == times.end()) return {};
    if (found->after.ms) return since + found->after;
    const base::Time midnight = start_of_day(since, store.time_zone);
    const base::Duration next = since < midnight + found->day_ends ? base::Duration{} : base::days(1);
    return midnight + next + found->answered_by;
}

}  // namespace api
