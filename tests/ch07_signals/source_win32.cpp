// tests/ch07 · console events turned into events.
#include "chapters/ch07_signals/source.h"

#include <gtest/gtest.h>

#include <windows.h>

#include <cstdint>
#include <cstdlib>
#include <utility>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch07_signals/send.h"
#include "platform/handle.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

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

/// What the system runs, on a thread that it makes, in each process that its console tells something: it
/// calls the handlers. It is exported, so an event can be had without a console, and as often as wanted.
LPTHREAD_START_ROUTINE console_thread() {
  return reinterpret_cast<LPTHREAD_START_ROUTINE>(reinterpret_cast<void*>(
      ::GetProcAddress(::GetModuleHandleW(L"kernelbase.dll"), "CtrlRoutine")));
}

Handle tell(DWORD event) {
  void* const argument = reinterpret_cast<void*>(static_cast<std::uintptr_t>(event));
  return Handle(::CreateThread(nullptr, 0, console_thread(), argument, 0, nullptr));
}

TEST(SourceWindows, EachEventHasItsName) {
  const Waiting waiting("threads that call a handler");
  if (console_thread() == nullptr) GTEST_SKIP() << "this system exports no CtrlRoutine";
  const int interrupted = kInterrupt, broken = number_of("SIGBREAK").value();
  Result<Source> source = Source::open({interrupted, broken});
  ASSERT_TRUE(source);
  ::SetConsoleCtrlHandler(nullptr, FALSE);  // who was started in a new group has Ctrl-C off
  for (const auto& [event, signal] :
       {std::pair(CTRL_C_EVENT, interrupted), std::pair(CTRL_BREAK_EVENT, broken)}) {
    const Handle thread = tell(static_cast<DWORD>(event));
    EXPECT_EQ(source->next_until(Deadline::never()).value()->signal, signal);
    EXPECT_EQ(::WaitForSingleObject(thread.get(), INFINITE), DWORD{WAIT_OBJECT_0});
  }
  EXPECT_EQ(source->next().value(), std::nullopt);
}

/// The window is being closed: this process is told, cleans up, and ends before its time is over.
[[noreturn]] void be_closed() {
  Result<Source> source = Source::open({kHangup});
  const Handle thread = tell(CTRL_CLOSE_EVENT);
  const bool heard = source->next_until(Deadline::never()).value()->signal == kHangup;
  const bool held_up = ::WaitForSingleObject(thread.get(), 50) == DWORD{WAIT_TIMEOUT};
  {
    const Source gone = std::move(*source);
  }  // while the handler stands where it will stand for ever
  std::_Exit(!heard ? 1 : !held_up ? 2 : 17);
}

TEST(SourceWindowsDeathTest, AClosedWindowIsAHangupAndLeavesTimeToCleanUp) {
  const Waiting waiting("a process whose window is closed");
  if (console_thread() == nullptr) GTEST_SKIP() << "this system exports no CtrlRoutine";
  EXPECT_EXIT(be_closed(), testing::ExitedWithCode(17), "");
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

bool is_wine() {
  return ::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), "wine_get_version") != nullptr;
}

TEST_F(SourceOnAConsole, CtrlBreakReachesTheGroupThatItIsSentToAndNobodyElse) {
  const Waiting waiting("a child in a group of its own, and its Ctrl-Break");
  if (!has_console_) GTEST_SKIP() << "no console can be had here";
  const int broken = number_of("SIGBREAK").value();
  Result<Source> ours = Source::open({broken});
  ASSERT_TRUE(ours);
  HANDLE ends[2];
  ASSERT_TRUE(::CreatePipe(&ends[0], &ends[1], nullptr, 0));
  const Handle read(ends[0]), write(ends[1]);
  spawn::Options options;
  options.file = test::program("told");
  options.slots = {spawn::Slot::null(0), spawn::Slot::from(1, write.get())};
  options.attach = spawn::Attach::new_group;
  Result<spawn::Process> child = spawn::start(options);
  ASSERT_TRUE(child) << child.error().message();
  char ready = 0;
  DWORD size = 0;
  EXPECT_TRUE(::ReadFile(read.get(), &ready, 1, &size, nullptr));

  const Result<void> sent = send_group(child->pid(), broken);
  if (!sent) (void)child->kill(kKill);
  const Result<spawn::ExitStatus> end = child->wait();
  if (!sent && is_wine()) {
    GTEST_SKIP() << "Wine can say Ctrl-C alone: " << sent.error().message();
  }
  ASSERT_TRUE(sent) << sent.error().message();
  EXPECT_EQ(end->code, 10U + CTRL_BREAK_EVENT);
  EXPECT_EQ(ours->next().value(), std::nullopt) << "we are in another group";
}

}  // namespace
}  // namespace proclab::signals
