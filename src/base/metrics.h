#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace base {

// A number that only grows. Threads: any.
class Counter {
  public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::uint64_t> value_{0};
};

// Where the numbers for /metrics come from: counters by reference and functions that are asked when somebody looks. The
// text is Prometheus' exposition format, written by prometheus-cpp. Names follow its conventions:
// stallward_<what>_<unit>[_total].
class Metrics {
  public:
    Metrics();
    ~Metrics();
    // `counter` must outlive this. `label` is one pair, e.g. {"result","duplicate"}; empty name: none.
    void counter(std::string name, std::string help, const Counter& counter, std::string label_name = {},
                 std::string label_value = {});
    void counter(std::string name, std::string help, std::function<double()> read, std::string label_name = {},
                 std::string label_value = {});
    void gauge(std::string name, std::string help, std::function<double()> read, std::string label_name = {},
               std::string label_value = {});
    // Threads: any, after the last registration.
    std::string text() const;

  private:
    struct Entry;
    void add(Entry entry);
    std::vector<Entry> entries_;
};

}  // namespace base
