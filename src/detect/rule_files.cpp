#include <filesystem>
#include <string>
#include <utility>

#include "base/file.h"
#include "detect/rules.h"

namespace detect {

base::Result<RuleFiles> rule_files_with(const std::string& folder) {
    RuleFiles files = built_in_rule_files();
    std::error_code error;
    const std::filesystem::path root(folder);
    if (!std::filesystem::is_directory(root, error))
        return base::fail(base::Code::not_found, "rules: no folder " + folder);
    for (std::filesystem::recursive_directory_iterator at(root, error), end; !error && at != end; at.increment(error)) {
        if (!at->is_regular_file(error) || at->path().extension() != ".json") continue;
        const std::string name = std::filesystem::relative(at->path(), root, error).generic_string();
        const bool wanted = files.contains(name) || name.starts_with("words/") || name.starts_with("detectors/");
        if (wanted) files[name] = TRY(base::read_file(at->path().string(), 16u << 20));
    }
    if (error)
        return base::fail(base::Code::unavailable,
                          "rules: the folder " + folder + " cannot be read: " + error.message());
    return files;
}

}  // namespace detect
