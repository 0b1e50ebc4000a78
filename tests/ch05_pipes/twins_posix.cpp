// tests/ch05 · the demos' broken twins really break, and the fixed ones do not.
#include <gtest/gtest.h>

#include <csignal>

#include "tests/support/run.h"

namespace proclab::pipes {
namespace {

using test::program;
using test::run;

TEST(Twins, AForgottenWriteEndKeepsTheReaderWaiting) {
  const std::string waits = "writer gone, reader still waits for the end of the file: killed\n";
  EXPECT_EQ(run({program("ch05_forgotten"), "--parent"}).out, waits);
  EXPECT_EQ(run({program("ch05_forgotten"), "--reader"}).out, waits);
  EXPECT_EQ(run({program("ch05_forgotten"), "--fixed"}).out,
            "writer gone, reader ended: it read 5 bytes\n");
}

TEST(Twins, WritingAllBeforeReadingHangsWhenItIsMuch) {
  EXPECT_EQ(run({program("ch05_deadlock"), "--broken", "1000"}).code, 0);  // and so it was shipped
  EXPECT_EQ(run({program("ch05_deadlock"), "--broken", "1000000"}).signal, SIGALRM);
  EXPECT_EQ(run({program("ch05_deadlock"), "--fixed", "1000000"}).code, 0);
}

TEST(Twins, SigpipeThatIsIgnoredIsHandedDown) {
  const test::Ran naive = run({program("ch05_sigpipe"), "--naive"});
  EXPECT_NE(naive.out.find("yes: exit 1"), std::string::npos)
      << naive.out;  // it complained instead
  EXPECT_NE(naive.err.find("yes"), std::string::npos) << naive.err;
  const test::Ran ours = run({program("ch05_sigpipe")});
  EXPECT_NE(ours.out.find("yes: signal 13"), std::string::npos) << ours.out;
  EXPECT_EQ(ours.err, "");
}

}  // namespace
}  // namespace proclab::pipes
