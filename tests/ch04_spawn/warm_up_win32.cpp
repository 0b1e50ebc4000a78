// tests/ch04 · one start before all tests: what the runtime or Wine opens at the first one of a process
// is no test's leak.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "tests/ch04_spawn/capture.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

class WarmUp : public testing::Environment {
  void SetUp() override {
    Options all;
    all.file = test::program("probe");
    all.args = {"echo"};
    EXPECT_EQ(capture(all).out, "\n");
    // The threads library keeps an event for each thread that ran at the same time as others.
    std::vector<std::thread> threads;
    for (int i = 0; i < 10; ++i) threads.emplace_back([&] { (void)run_to_end(all); });
    for (std::thread& thread : threads) thread.join();
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::spawn
