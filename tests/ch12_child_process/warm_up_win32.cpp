// tests/ch12 · before all tests, what chapter 11's tests do, and two programs: the job that all children are
// put into stays for ever, and is no test's leak.
#include <memory>

#include "chapters/ch12_child_process/sync.h"
#include "tests/ch11_channel/warm_up_win32.h"
#include "tests/support/run.h"

namespace proclab::child_process {
namespace {

class WarmUp : public channel::WarmUp {
  void start_programs() override {
    EXPECT_TRUE(spawn_sync(test::program("probe"), {"echo", "x"}).success());
    EXPECT_TRUE(exec_file_sync(test::program("probe"), {"echo", "x"}).success());
  }
};

[[maybe_unused]] const testing::Environment* const kWarmUp =
    testing::AddGlobalTestEnvironment(std::make_unique<WarmUp>().release());

}  // namespace
}  // namespace proclab::child_process
