// tests/ch07 · our names beside those of the C library and of bash.
#include <gtest/gtest.h>

#include <cstring>
#include <regex>

#include <signal.h>

#include "chapters/ch07_signals/names.h"
#include "tests/support/run.h"

namespace proclab::signals {
namespace {

TEST(NamesLinux, AreTheCLibrarys) {
  for (int signal = 1; signal < 32; ++signal) {
    const char* theirs = ::sigabbrev_np(signal);
    ASSERT_NE(theirs, nullptr) << signal;
    EXPECT_EQ(number_of(theirs).value(), signal);
    if (signal == SIGIO) continue;  // SIGPOLL to glibc, SIGIO to bash: one number with two names
    EXPECT_EQ(name_of(signal), std::string("SIG") + theirs);
  }
  for (const int signal : {32, 33}) {
    EXPECT_EQ(name_of(signal), "") << "the C library keeps it for its threads";
  }
}

TEST(NamesLinux, AreAllThatBashLists) {
  const test::Ran bash = test::run({"/bin/bash", "-c", "kill -l"});
  ASSERT_EQ(bash.code, 0) << bash.err;
  std::vector<int> theirs;
  const std::regex entry("(\\d+)\\) (SIG[A-Z0-9+-]+)");
  for (std::sregex_iterator it(bash.out.begin(), bash.out.end(), entry), end; it != end; ++it) {
    theirs.push_back(std::stoi((*it)[1]));
    EXPECT_EQ(name_of(theirs.back()), (*it)[2].str());
  }
  EXPECT_EQ(theirs, all());
}

TEST(NamesLinux, SecondNamesAndBothEndsOfTheRealTimeRange) {
  EXPECT_EQ(number_of("SIGIOT").value(), SIGABRT);
  EXPECT_EQ(number_of("CLD").value(), SIGCHLD);
  EXPECT_EQ(number_of("POLL").value(), SIGIO);
  EXPECT_EQ(number_of("RTMIN+0").value(), SIGRTMIN);
  EXPECT_EQ(number_of("SIGRTMIN+20").value(), SIGRTMIN + 20) << "said from the farther end";
  EXPECT_EQ(name_of(SIGRTMIN + 20), "SIGRTMAX-10");
  EXPECT_EQ(number_of("rtmax-30").value(), SIGRTMIN);
}

}  // namespace
}  // namespace proclab::signals
