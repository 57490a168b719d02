#include "base/metrics.h"

#include <gtest/gtest.h>

TEST(Metrics, WritesOneFamilyForAllLabels) {
    base::Metrics metrics;
    base::Counter stored;
    stored.add(3);
    metrics.counter("stallward_webhooks_total", "Webhooks received", stored, "result", "stored");
    metrics.counter("stallward_webhooks_total", "Webhooks received", [] { return 1.0; }, "result", "duplicate");
    metrics.gauge("stallward_stores", "Stores", [] { return 12.0; });
    const std::string text = metrics.text();
    EXPECT_NE(text.find("stallward_webhooks_total{result=\"stored\"} 3"), std::string::npos) << text;
    EXPECT_NE(text.find("stallward_webhooks_total{result=\"duplicate\"} 1"), std::string::npos) << text;
    EXPECT_EQ(text.find("# TYPE stallward_webhooks_total"), text.rfind("# TYPE stallward_webhooks_total")) << text;
    EXPECT_NE(text.find("stallward_stores 12"), std::string::npos) << text;
}
