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

void expect_leak(const char* test, const char* text) {
  const Ran ran = leaky(test);
  EXPECT_EQ(ran.code, 1) << test << ran.err;
  EXPECT_NE(numberless(ran.out).find(text), std::string::npos) << test << ran.out;
}

TEST(LeakGuard, NamesAnEvent) { expect_leak("Event", "left behind: handle (Event) #x"); }

TEST(LeakGuard, NamesAFile) { expect_leak("File", "left behind: handle (File) #x"); }

TEST(LeakGuard, NamesWhatStandsInTheTemporaryFolder) {
  expect_leak("Forgotten", "left behind: file forgotten in the temporary folder");
}

TEST(LeakGuard, NamesAHandleToAnExitedProcess) {
  expect_leak("ExitedProcess", "left behind: handle (Process) #x");
}

TEST(LeakGuard, NamesARunningChild) {
  expect_leak("Child", "left behind: child # (probe.exe): still running");
}

TEST(LeakGuard, LetsACleanTestPass) {
  const Ran ran = leaky("Nothing");
  EXPECT_EQ(ran.code, 0) << ran.out;
}

}  // namespace
}  // namespace proclab::test
