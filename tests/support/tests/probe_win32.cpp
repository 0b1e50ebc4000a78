// tests/support · the probe shows what a child on Windows was given: the listed handles, no others.
#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/gate.h"
#include "tests/support/run.h"

namespace proclab::test {
namespace {

TEST(Probe, ListsExactlyTheHandlesItWasGiven) {
  Gate given, kept;
  set_inheritable(kept.waiter(), true);  // inheritable, but not in the list
  RunOptions options;
  options.inherit = {given.waiter()};
  const std::string out = unix_lines(run({program("probe"), "fds"}, options).out);
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 4) << out;
  for (const char* slot : {" pipe inherit=1 stdin\n", " pipe inherit=1 stdout\n",
                           " pipe inherit=1 stderr\n", " other inherit=1\n"}) {
    EXPECT_NE(out.find(slot), std::string::npos) << slot << out;
  }
}

TEST(Probe, EndsItselfAsIfBySignal) {
  EXPECT_EQ(run({program("probe"), "die", "TERM"}).code, 128 + 15);
  EXPECT_EQ(run({program("probe"), "die", "9"}).code, 128 + 9);
}

TEST(Probe, SaysWhatWindowsLacks) {
  const Ran ran = run({program("probe"), "signals"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_EQ(ran.err, "probe: Windows has no signal mask\n");
}

}  // namespace
}  // namespace proclab::test
