// tests/support · leaky: tests that leave things behind on purpose. Not part of the suite: the leak
// guard's own test runs this program and wants each test to fail, and to name its leak.
#include <fstream>

#include <windows.h>

#include <gtest/gtest.h>

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

// Lives until its stdin, a pipe whose other end only this process has, comes to its end.
TEST(Leaky, Child) {
  SECURITY_ATTRIBUTES inheritable{sizeof inheritable, nullptr, TRUE};
  HANDLE reads, writes;
  ASSERT_TRUE(::CreatePipe(&reads, &writes, &inheritable, 0));
  ::SetHandleInformation(writes, HANDLE_FLAG_INHERIT, 0);
  const HANDLE own = ::GetStdHandle(STD_INPUT_HANDLE);
  ::SetStdHandle(STD_INPUT_HANDLE, reads);  // what a child gets that is told nothing else
  const PROCESS_INFORMATION child = start("cat");
  ::SetStdHandle(STD_INPUT_HANDLE, own);
  ::CloseHandle(child.hProcess);
}

}  // namespace
