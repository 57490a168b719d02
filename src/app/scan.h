#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace app {

// `stallward scan`: reads messages, prints one JSON line for each, in input order.
struct ScanOptions {
    std::string format;              // jsonl, eml, mbox, msg, text, image; empty: by the file's ending, else jsonl.
    std::string channel;             // email, sms, chat, call, url; empty: what the line says, else by the format.
    std::string lang;                // Used where a line names none.
    bool explain = false;            // Adds to each reason what it means, and the detector and rules that were used.
    int jobs = 1;                    // Threads.
    std::vector<std::string> files;  // "-" is the input; none: the input.
    std::string rules_folder;        // Rule files that replace built-in ones; empty: none.
    std::string cache_folder;        // Where compiled patterns are kept; empty: nowhere.
    std::string worker_program;      // stallward-worker-text; empty: the one beside the running program.
};

// Returns the exit status: 0 all was read, 1 the rules or a file could not be opened, 2 wrong usage. A line that is no
// JSON or a message that cannot be read gives a line with "verdict":"unreadable", and the run goes on.
int run_scan(const ScanOptions& options, std::istream& in, std::ostream& out, std::ostream& err);

}  // namespace app
