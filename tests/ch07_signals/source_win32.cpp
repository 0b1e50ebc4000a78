// tests/ch07 · console events turned into events.
#include "chapters/ch07_signals/source.h"

#include <gtest/gtest.h>

#include <windows.h>

#include "chapters/ch07_signals/send.h"
#include "tests/support/deadline.h"

namespace proclab::signals {
namespace {

using test::Waiting;

TEST(SourceWindows, ListensForWhatAConsoleCanSay) {
  std::vector<std::string> heard;
  for (const int signal : all()) {
    if (can_listen(signal)) heard.push_back(name_of(signal));
  }
  EXPECT_EQ(heard, (std::vector<std::string>{"SIGHUP", "SIGINT", "SIGBREAK"}));
  for (const int signal : {kTerminate, kKill, kQuit, 0, 1000}) {
    EXPECT_EQ(Source::open({kInterrupt, signal}).error().code, std::errc::invalid_argument);
  }
  for (const Way way : {Way::self_pipe, Way::signalfd, Way::sigwait_thread}) {
    EXPECT_EQ(Source::open({kInterrupt}, way).error().code, std::errc::not_supported);
  }
}

TEST(SourceWindows, ASignalHasOneOwner) {
  Result<Source> first = Source::open({kInterrupt});
  ASSERT_TRUE(first) << first.error().message();
  EXPECT_EQ(Source::open({kHangup, kInterrupt}).error().code, std::errc::device_or_resource_busy);
  EXPECT_TRUE(Source::open({kHangup}));
  { const Source gone = std::move(*first); }
  EXPECT_TRUE(Source::open({kInterrupt}));
}

TEST(SourceWindows, WaitsForADeadline) {
  const Waiting waiting("deadlines of up to 20 ms");
  Result<Source> source = Source::open({kInterrupt});
  ASSERT_TRUE(source);
  for (const int span : {0, 1, 20}) {
    EXPECT_EQ(source->next_until(Deadline::after(Milliseconds(span))).value(), std::nullopt);
  }
  EXPECT_EQ(::WaitForSingleObject(source->handle(), 0), DWORD{WAIT_TIMEOUT});
}

/// A console of this process alone, so that Ctrl-C reaches nobody else. Had before the test begins: what
/// the system opens for it (its host's process, under Wine) stays open for good.
class SourceOnAConsole : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    ::FreeConsole();
    has_console_ = ::AllocConsole() != 0;
    ::SetConsoleCtrlHandler(nullptr, FALSE);  // who was started in a new group has Ctrl-C off
  }
  static inline bool has_console_ = false;
};

TEST_F(SourceOnAConsole, CtrlCIsAnEventAndSetsTheHandle) {
  const Waiting waiting("a Ctrl-C");
  if (!has_console_) GTEST_SKIP() << "no console can be had here";
  Result<Source> source = Source::open({kInterrupt});
  ASSERT_TRUE(source);
  if (const Result<void> sent = send_group(0, kInterrupt); !sent) {
    GTEST_SKIP() << "no console event can be made here: " << sent.error().message();
  }
  const Result<std::optional<Event>> event =
      source->next_until(Deadline::after(Milliseconds(5000)));
  ASSERT_TRUE(event);
  ASSERT_TRUE(*event) << "no Ctrl-C came within 5 s";
  EXPECT_EQ((*event)->signal, kInterrupt);
  EXPECT_EQ(source->next().value(), std::nullopt);
  EXPECT_EQ(::WaitForSingleObject(source->handle(), 0), DWORD{WAIT_TIMEOUT}) << "read, so not set";
}

}  // namespace
}  // namespace proclab::signals
