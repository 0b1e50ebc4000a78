// tests/ch13 · the command is killed, and its workers do not look: only Linux can end those with it.
#include <csignal>

#include "tests/ch13_cluster/command.h"
#include "tests/support/sanitizer.h"

namespace proclab::cluster {
namespace {

TEST(Manage, KilledItLeavesNoneThatNeverLooksEither) {
  for (int i = 0; i < test::rounds(100); ++i) {
    // They say that they listen, and read their channel no more: as if each computed without end.
    Command command(
        {"--workers", "2"},
        {test::program("ch13_rogue"), R"({"cmd":"NODE_CLUSTER","act":"online","seq":0})",
         R"({"cmd":"NODE_CLUSTER","act":"listening","addressType":4,"port":1,"seq":1})", "@deaf"});
    ASSERT_TRUE(command.hear("is ready", i % 3));
    command.signal(SIGKILL);
    EXPECT_EQ(command.end(false), -1);
    command.hear_all();  // ends when nobody has our pipe any more
  }
}

}  // namespace
}  // namespace proclab::cluster
