#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace detect {

// One rule file; errors name it.
class FileReader {
  public:
    static base::Result<FileReader> open(std::string_view name, std::string_view content) {
        auto parsed = base::JsonDocument::parse(content);
        if (!parsed)
            return base::fail(base::Code::invalid_input, "rules: " + std::string(name) + ": " + parsed.error().what);
        return FileReader(std::string(name), std::move(*parsed));
    }

    base::Json root() const { return document_.root(); }
    std::unexpected<base::Error> wrong(const std::string& what) const {
        return base::fail(base::Code::invalid_input, "rules: " + name_ + ": " + what);
    }
    base::Result<std::string> text(const base::Json& item, std::string_view key) const {
        const auto value = item[key].string();
        if (!value || value->empty())
            return wrong("\"" + std::string(key) + "\" is missing or no text in " + item.dump().substr(0, 120));
        return std::string(*value);
    }
    base::Result<double> number(const base::Json& item, std::string_view key) const {
        const auto value = item[key].number();
        if (!value) return wrong("\"" + std::string(key) + "\" is missing or no number");
        return *value;
    }
    base::Result<std::vector<std::string>> texts(const base::Json& item, std::string_view key) const {
        if (!item[key].is_array())
            return wrong("\"" + std::string(key) + "\" is missing or no list in " + item.dump().substr(0, 120));
        std::vector<std::string> out;
        for (const base::Json& entry : item[key].items()) {
            const auto value = entry.string();
            if (!value || value->empty()) return wrong("\"" + std::string(key) + "\" holds something that is no text");
            out.emplace_back(*value);
        }
        return out;
    }
    base::Result<std::vector<base::Json>> list(const base::Json& item, std::string_view key) const {
        if (!item[key].is_array()) return wrong("\"" + std::string(key) + "\" is missing or no list");
        return item[key].items();
    }
    base::Result<std::vector<base::Json>> list(std::string_view key) const { return list(root(), key); }

  private:
    FileReader(std::string name, base::JsonDocument document)
        : name_(std::move(name)), document_(std::move(document)) {}
    std::string name_;
    base::JsonDocument document_;
};

}  // namespace detect
