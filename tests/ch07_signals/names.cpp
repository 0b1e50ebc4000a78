// tests/ch07 · names and numbers of signals, both ways.
#include "chapters/ch07_signals/names.h"

#include <gtest/gtest.h>

namespace proclab::signals {
namespace {

TEST(Names, EachSignalHasANameThatLeadsBackToIt) {
  ASSERT_FALSE(all().empty());
  for (const int signal : all()) {
    const std::string name = name_of(signal);
    ASSERT_EQ(name.rfind("SIG", 0), 0U) << signal;
    EXPECT_EQ(number_of(name).value(), signal) << name;
    EXPECT_EQ(number_of(name.substr(3)).value(), signal) << name << " without SIG";
    EXPECT_EQ(number_of(std::to_string(signal)).value(), signal);
  }
}

TEST(Names, AnyCaseWillDo) {
  EXPECT_EQ(number_of("sigterm").value(), kTerminate);
  EXPECT_EQ(number_of("Kill").value(), kKill);
}

TEST(Names, ThoseThatAreTheSameEverywhere) {
  EXPECT_EQ(name_of(kHangup), "SIGHUP");
  EXPECT_EQ(name_of(kInterrupt), "SIGINT");
  EXPECT_EQ(name_of(kQuit), "SIGQUIT");
  EXPECT_EQ(name_of(kKill), "SIGKILL");
  EXPECT_EQ(name_of(kTerminate), "SIGTERM");
}

TEST(Names, WhatIsNoneIsAnError) {
  EXPECT_EQ(number_of("0").value(), 0) << "the question of kill(pid, 0)";
  for (const char* text : {"", "SIG", "SIGNOTHING", "TERMS", "-1", "1000", "15x", "1 5", "RTMIN+99",
                           "RTMIN-1", "RTMAX+1", "RTMIN+", "RTMIN+-1"}) {
    EXPECT_EQ(number_of(text).error().code, std::errc::invalid_argument) << text;
  }
  for (const int number : {-1, 0, 1000}) EXPECT_EQ(name_of(number), "");
}

}  // namespace
}  // namespace proclab::signals
