#include "platform/store_jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "platform/breaker.h"

namespace platform {
namespace {

using model::StoreId;

TEST(StoreJobs, OneAtATimeForEachStoreInOrder) {
    StoreJobs jobs(4);
    std::atomic<int> running = 0;
    std::atomic<bool> overlapped = false;
    std::vector<int> order;
    for (int i = 0; i < 50; ++i)
        ASSERT_TRUE(jobs.submit(StoreId{1}, "n" + std::to_string(i), [&, i] {
            if (++running > 1) overlapped = true;
            order.push_back(i);
            --running;
        }));
    jobs.wait_idle();
    EXPECT_FALSE(overlapped);
    ASSERT_EQ(order.size(), 50u);
    EXPECT_TRUE(std::ranges::is_sorted(order));
}

TEST(StoreJobs, AStoreThatHangsDoesNotHoldUpOthers) {
    StoreJobs jobs(2);
    std::promise<void> let_go;
    const std::shared_future<void> gate(let_go.get_future());
    jobs.submit(StoreId{1}, "a", [gate] { gate.wait(); });
    for (int i = 0; i < 10; ++i) jobs.submit(StoreId{1}, "b" + std::to_string(i), [] {});
    std::promise<void> other;
    jobs.submit(StoreId{2}, "a", [&] { other.set_value(); });
    other.get_future().wait();
    let_go.set_value();
    jobs.wait_idle();
}

TEST(StoreJobs, TheSameWorkWaitsOnceButMayBeAskedForWhileItRuns) {
    StoreJobs jobs(1);
    std::promise<void> started;
    std::promise<void> let_go;
    std::atomic<int> runs = 0;
    ASSERT_TRUE(jobs.submit(StoreId{1}, "a", [&] {
        ++runs;
        started.set_value();
        let_go.get_future().wait();
    }));
    started.get_future().wait();
    EXPECT_TRUE(jobs.submit(StoreId{1}, "a", [&] { ++runs; }));
    EXPECT_FALSE(jobs.submit(StoreId{1}, "a", [&] { ++runs; }));
    let_go.set_value();
    jobs.wait_idle();
    EXPECT_EQ(runs, 2);
}

TEST(StoreJobs, StopFinishesWhatRunsAndDropsTheRest) {
    std::atomic<int> runs = 0;
    {
        StoreJobs jobs(1);
        std::promise<void> started;
        std::promise<void> let_go;
        jobs.submit(StoreId{1}, "a", [&] {
            started.set_value();
            let_go.get_future().wait();
            ++runs;
        });
        jobs.submit(StoreId{1}, "b", [&] { ++runs; });
        started.get_future().wait();
        auto stopped = std::async(std::launch::async, [&] { jobs.stop(); });
        let_go.set_value();
        stopped.wait();
        EXPECT_FALSE(jobs.submit(StoreId{2}, "c", [&] { ++runs; }));
    }
    EXPECT_LE(runs, 2);
    EXPECT_GE(runs, 1);
}

TEST(Breaker, RestsLongerWithEachFailureAndEndsWithAnAnswer) {
    base::FakeClock clock;
    Breaker breaker(clock);
    EXPECT_FALSE(breaker.rests(StoreId{1}));
    EXPECT_EQ(breaker.failed(StoreId{1}), base::seconds(15));
    EXPECT_EQ(breaker.failed(StoreId{1}), base::seconds(30));
    EXPECT_EQ(breaker.rests(StoreId{1}), base::seconds(30));
    EXPECT_FALSE(breaker.rests(StoreId{2}));
    clock.advance(base::seconds(30));
    EXPECT_FALSE(breaker.rests(StoreId{1}));
    for (int i = 0; i < 20; ++i) breaker.failed(StoreId{1});
    EXPECT_EQ(breaker.rests(StoreId{1}), base::minutes(15));
    EXPECT_EQ(breaker.failed(StoreId{1}, 3'600), base::hours(1));
    breaker.answered(StoreId{1});
    EXPECT_FALSE(breaker.rests(StoreId{1}));
}

}  // namespace
}  // namespace platform
