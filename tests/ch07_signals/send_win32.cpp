// tests/ch07 · what Windows makes of sending a signal, and what it says where it has nothing.
#include "chapters/ch07_signals/send.h"

#include <gtest/gtest.h>

#include <windows.h>

#include "chapters/ch04_spawn/spawn.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::signals {
namespace {

using test::Waiting;

spawn::Process sleeper() {
  spawn::Options options;
  options.file = test::program("sleeper");
  options.slots = {spawn::Slot::null(0), spawn::Slot::null(1)};
  return std::move(spawn::start(options)).value();
}

TEST(SendWindows, FourNamesEndAProcessWithoutAskingIt) {
  const Waiting waiting("children that are terminated");
  for (const int signal : {kTerminate, kKill, kInterrupt, kQuit}) {
    spawn::Process child = sleeper();
    EXPECT_TRUE(send(child.pid(), 0));
    EXPECT_TRUE(send(child.pid(), signal));
    const Result<spawn::ExitStatus> end = child.wait();
    ASSERT_TRUE(end);
    EXPECT_EQ(end->code, 1U) << "that is all that Windows can tell: no signal is in it";
    EXPECT_EQ(end->signal, 0);
  }
}

TEST(SendWindows, EveryOtherNameIsRefused) {
  const Waiting waiting("a child that is terminated");
  spawn::Process child = sleeper();
  for (const char* name :
       {"SIGHUP", "SIGBREAK", "SIGABRT", "SIGSEGV", "SIGWINCH", "SIGILL", "SIGFPE"}) {
    const Result<void> sent = send(child.pid(), number_of(name).value());
    ASSERT_FALSE(sent) << name;
    EXPECT_EQ(sent.error().code, std::errc::function_not_supported);
    EXPECT_NE(sent.error().message().find(name), std::string::npos) << "it says which";
  }
  EXPECT_EQ(send(child.pid(), 1000).error().code, std::errc::invalid_argument);
  EXPECT_TRUE(child.kill(kKill));
  EXPECT_TRUE(child.wait());
}

TEST(SendWindows, WhoHasEndedIsNoProcessAnyMore) {
  const Waiting waiting("a child that is terminated");
  spawn::Process child = sleeper();
  const Handle second(::OpenProcess(SYNCHRONIZE, FALSE, child.pid()));
  ASSERT_TRUE(child.kill(kKill));
  ASSERT_TRUE(child.wait());
  EXPECT_EQ(send(child.pid(), 0).error().code, std::errc::no_such_process) << "though it is open";
  EXPECT_EQ(send(child.pid(), kTerminate).error().code, std::errc::no_such_process);
  EXPECT_EQ(send(0x7FFFFFFC, 0).error().code, std::errc::no_such_process);
  EXPECT_EQ(send(0, kTerminate).error().code, std::errc::invalid_argument);
}

TEST(SendWindows, AGroupIsSentConsoleEventsAlone) {
  for (const int signal : {kTerminate, kKill, kQuit, kHangup, 0}) {
    const Result<void> sent = send_group(1234, signal);
    ASSERT_FALSE(sent);
    EXPECT_EQ(sent.error().code, std::errc::function_not_supported);
  }
  const Result<void> to_one_group = send_group(1234, kInterrupt);
  ASSERT_FALSE(to_one_group);
  EXPECT_EQ(to_one_group.error().code, std::errc::function_not_supported);
}

TEST(SendWindows, WhatHasNoCounterpartSaysSo) {
  EXPECT_EQ(queue(::GetCurrentProcessId(), kTerminate, 1).error().code,
            std::errc::function_not_supported);
  EXPECT_EQ(lead_group().error().code, std::errc::not_supported);
  EXPECT_EQ(raise(kHangup).error().code, std::errc::function_not_supported);
}

}  // namespace
}  // namespace proclab::signals
