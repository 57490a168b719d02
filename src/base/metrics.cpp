#include "base/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>

namespace base {

struct Metrics::Entry {
    std::string name, help;
    prometheus::MetricType type;
    std::string label_name, label_value;
    std::function<double()> read;
};

Metrics::Metrics() = default;
Metrics::~Metrics() = default;

void Metrics::add(Entry entry) {
    entries_.push_back(std::move(entry));
}

void Metrics::counter(std::string name, std::string help, const Counter& counter, std::string label_name,
                      std::string label_value) {
    this->counter(
        std::move(name), std::move(help), [&counter] { return static_cast<double>(counter.value()); },
        std::move(label_name), std::move(label_value));
}

void Metrics::counter(std::string name, std::string help, std::function<double()> read, std::string label_name,
                      std::string label_value) {
    add({std::move(name), std::move(help), prometheus::MetricType::Counter, std::move(label_name),
         std::move(label_value), std::move(read)});
}

void Metrics::gauge(std::string name, std::string help, std::function<double()> read, std::string label_name,
                    std::string label_value) {
    add({std::move(name), std::move(help), prometheus::MetricType::Gauge, std::move(label_name), std::move(label_value),
         std::move(read)});
}

std::string Metrics::text() const {
    std::vector<prometheus::MetricFamily> families;
    for (const Entry& entry : entries_) {
        auto family = std::ranges::find(families, entry.name, &prometheus::MetricFamily::name);
        if (family == families.end()) {
            families.push_back({entry.name, entry.help, entry.type, {}});
            family = families.end() - 1;
        }
        prometheus::ClientMetric metric;
        if (!entry.label_name.empty()) metric.label.push_back({entry.label_name, entry.label_value});
        if (entry.type == prometheus::MetricType::Counter)
            metric.counter.value = entry.read();
        else
            metric.gauge.value = entry.read();
        family->metric.push_back(std::move(metric));
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace base
