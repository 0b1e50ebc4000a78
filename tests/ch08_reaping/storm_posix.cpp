// tests/ch08 · every wait under a storm.
#include <gtest/gtest.h>

#include <array>

#include "chapters/ch08_reaping/change.h"
#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/shared_child.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"
#include "tests/support/storm_posix.h"

namespace proclab::reaping {
namespace {

/// A child that lives for some alarms, however fast this machine is.
class Woken {
 public:
  Woken() {
    spawn::Options options{.file = "/bin/sh", .args = {"-c", "sleep 0.05; exit 3"}};
    process = std::make_unique<spawn::Process>(*spawn::start(options));
  }
  std::unique_ptr<spawn::Process> process;
};

TEST(Storm, NoWaitEndsEarlyOrIsLost) {
  const test::Waiting waiting("children in a storm of SIGALRM");
  const test::Storm storm;
  Woken one, two, three, four;
  const Result<Handle> watched = watch(*one.process);
  Result<Reaper> reaper = Reaper::make();
  ASSERT_TRUE(watched && reaper && reaper->watch(*two.process, 2));
  auto shared = SharedChild::take(*three.process);
  ASSERT_TRUE(shared);

  test::Storm::count() = 0;
  EXPECT_EQ(wait_change(*four.process)->text(), "exit 3");
  EXPECT_TRUE(*wait_ended(watched->get()));
  std::array<Reaper::Key, 2> keys{};
  EXPECT_EQ(*reaper->next(keys), 1U);
  EXPECT_EQ((*shared)->wait()->code, 3U);
  EXPECT_EQ(one.process->wait()->code, 3U);
  EXPECT_EQ(two.process->wait()->code, 3U);

  const Lifeline life = *make_lifeline();  // and deadlines hold
  EXPECT_FALSE(*wait_ended(life.end.get(), Deadline::after(Milliseconds(20))));
  EXPECT_EQ(*reaper->next(keys, Deadline::after(Milliseconds(20))), 0U);
  EXPECT_GT(test::Storm::count(), 5) << "there was no storm";
}

}  // namespace
}  // namespace proclab::reaping
