// tests/support · the leak guard fails each test that leaks, and names what was left.
#include <gtest/gtest.h>

#include "tests/support/run.h"

namespace proclab::test {
namespace {

/// `text` with each run of digits as one '#'.
std::string numberless(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool digit = c >= '0' && c <= '9';
    if (!digit || out.empty() || out.back() != '#') out += digit ? '#' : c;
  }
  return out;
}

Ran leaky(const std::string& name) {
  return run({program("leaky"), "--gtest_filter=Leaky." + name});
}

struct Leak {
  const char* test;
  const char* text;
};

class LeakGuard : public ::testing::TestWithParam<Leak> {};

TEST_P(LeakGuard, NamesWhatWasLeft) {
  const Ran ran = leaky(GetParam().test);
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_NE(numberless(ran.out).find(GetParam().text), std::string::npos) << ran.out;
}

INSTANTIATE_TEST_SUITE_P(
    Posix, LeakGuard,
    ::testing::Values(Leak{"Descriptor", "left behind: descriptor # → /dev/null"},
                      Leak{"ClosesAStrangers", "closed, but not its own: descriptor # → "},
                      Leak{"Zombie", "left behind: zombie child # (leaky): its parent"},
                      Leak{"Child", "left behind: child # (leaky): still there"},
                      Leak{"Mask", "left behind: blocked signals: [SIGUSR#]"},
                      Leak{"File", "left behind: file forgotten in the temporary folder"},
                      Leak{"Disposition", "left behind: SIGPIPE ignored"}),
    [](const auto& leak) { return std::string(leak.param.test); });

TEST(LeakGuardQuiet, LetsACleanTestPass) {
  const Ran ran = leaky("Nothing");
  EXPECT_EQ(ran.code, 0) << ran.out;
}

}  // namespace
}  // namespace proclab::test
