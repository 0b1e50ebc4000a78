// tests/ch07 · what a handler may call: the broken twin really breaks, and the fixed one does not.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>

#include <signal.h>
#include <unistd.h>

#include "tests/support/run.h"
#include "tests/support/sanitizer.h"

namespace proclab::signals {
namespace {

using test::program;
using test::Ran;
using test::run;

/// Lines 0 to 999,999 in their order, with nothing between them but whole ticks.
bool is_whole(const std::string& out) {
  int count = 0;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t end = std::min(out.find('\n', at), out.size());
    const std::string line = out.substr(at, end - at);
    char wanted[32];
    std::snprintf(wanted, sizeof wanted, "line %07d", count);
    if (line == wanted) {
      ++count;
    } else if (line != "tick") {
      return false;
    }
    at = end + 1;
  }
  return count == 1'000'000;
}

TEST(Handler, ThatPrintsStandsStillOrGarbles) {
  if (test::kTsan) GTEST_SKIP() << "ThreadSanitizer delays a handler until a call has ended";
  // A million lines are a thousand chances to hit a printf() in its lock; about one in a hundred does.
  const Ran ran = run({program("ch07_handler"), "--as-broken"}, {.deadline = Milliseconds(3000)});
  EXPECT_TRUE(ran.timed_out || !is_whole(ran.out));
}

TEST(Handler, ThatSetsAFlagDoesNot) {
  const Ran ran = run({program("ch07_handler"), "--as-fixed"}, {.deadline = Milliseconds(60'000)});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_TRUE(is_whole(ran.out));
}

}  // namespace
}  // namespace proclab::signals
