#pragma once

#include <functional>
#include <map>
#include <memory>
#include <utility>

#include "base/clock.h"
#include "base/http_client.h"
#include "base/random.h"
#include "platform/connector.h"

namespace platform {

// One connector for each marketplace that this version speaks to. Filled once, before threads start.
class Connectors {
  public:
    void add(model::Platform platform, std::unique_ptr<Connector> connector) {
        by_platform_[platform] = std::move(connector);
    }
    // nullptr: this version does not speak to it.
    Connector* find(model::Platform platform) const {
        const auto found = by_platform_.find(platform);
        return found == by_platform_.end() ? nullptr : found->second.get();
    }

  private:
    std::map<model::Platform, std::unique_ptr<Connector>> by_platform_;
};

// All of them. `pause` sleeps, and returns early when the process stops. References must outlive the result.
Connectors make_connectors(base::HttpClient& http, const base::Clock& clock, base::Random& random,
                           const std::function<void(base::Duration)>& pause);

}  // namespace platform
