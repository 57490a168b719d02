#include "app/jobs.h"

#include <gtest/gtest.h>

#include <atomic>
#include <semaphore>

namespace {

using app::Jobs;

TEST(Jobs, RunsAtOnceThenWhenPoked) {
    Jobs jobs;
    std::counting_semaphore<> ran(0);
    jobs.start("work", base::hours(1), [&] { return ran.release(), Jobs::More::no; });
    ran.acquire();
    // A poke during a run is not lost: keep poking until the second run is seen, which a lost one would never give.
    while (!ran.try_acquire_for(std::chrono::milliseconds(20))) jobs.poke("work");
}

TEST(Jobs, GoesOnWhileMoreIsWaiting) {
    Jobs jobs;
    std::atomic<int> left = 5;
    std::binary_semaphore done(0);
    jobs.start("work", base::hours(1), [&] {
        if (--left > 0) return Jobs::More::yes;
        done.release();
        return Jobs::More::no;
    });
    done.acquire();
    EXPECT_EQ(left, 0);
}

TEST(Jobs, StopEndsALoopThatAlwaysHasMore) {
    Jobs jobs;
    jobs.start("work", base::hours(1), [] { return Jobs::More::yes; });
    jobs.stop();
}

}  // namespace
