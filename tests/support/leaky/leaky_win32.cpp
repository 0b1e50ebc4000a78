// tests/support · leaky: tests that leave things behind on purpose. Not part of the suite: the leak
// guard's own test runs this program and wants each test to fail, and to name its leak.
#include <fstream>

#include <windows.h>

#include <gtest/gtest.h>

#include "tests/support/deadline.h"

namespace {

PROCESS_INFORMATION start(const char* command) {
  STARTUPINFOA startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  std::string line = std::string("\"") + PROCLAB_BIN + "/probe.exe\" " + command;
  EXPECT_TRUE(::CreateProcessA(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                               &startup, &process));
  ::CloseHandle(process.hThread);
  return process;
}

TEST(Leaky, Nothing) {}

TEST(Leaky, Event) { ASSERT_NE(::CreateEventW(nullptr, TRUE, FALSE, nullptr), nullptr); }

TEST(Leaky, File) {
  ASSERT_NE(::CreateFileW(L"NUL", GENERIC_READ, 0, nullptr, OPEN_EXISTING, 0, nullptr),
            INVALID_HANDLE_VALUE);
}

TEST(Leaky, Forgotten) { std::ofstream(testing::TempDir() + "forgotten") << "x"; }

TEST(Leaky, ExitedProcess) {  // what stands in a zombie's place: an open handle to who has exited
  ASSERT_EQ(::WaitForSingleObject(start("exit 0").hProcess, INFINITE), WAIT_OBJECT_0);
}

/// A child that lives until its stdin comes to its end: a pipe whose other end this process has, and it too if it
/// `holds_both`: that one never ends.
void start_waiting_child(bool holds_both) {
  SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
  HANDLE reads, writes;
  ASSERT_TRUE(::CreatePipe(&reads, &writes, &inheritable, 0));
  ::SetHandleInformation(writes, HANDLE_FLAG_INHERIT, holds_both ? HANDLE_FLAG_INHERIT : 0);
  const HANDLE own = ::GetStdHandle(STD_INPUT_HANDLE);
  ::SetStdHandle(STD_INPUT_HANDLE, reads);  // what a child gets that is told nothing else
  const PROCESS_INFORMATION child = start("cat");
  ::SetStdHandle(STD_INPUT_HANDLE, own);
  ::CloseHandle(child.hProcess);
}

TEST(Leaky, Child) { start_waiting_child(false); }

TEST(Leaky, Hang) {  // together with a child that has our output, too
  start_waiting_child(true);
  const proclab::test::Waiting waiting("the end of time", proclab::Milliseconds(50));
  ::Sleep(INFINITE);
}

}  // namespace
