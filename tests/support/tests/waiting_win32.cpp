// tests/support · what a deadline does that runs out: it ends the children.
#include <windows.h>

#include <gtest/gtest.h>

#include "platform/handle.h"
#include "tests/support/leaks.h"
#include "tests/support/run.h"

namespace proclab::test {
namespace {

TEST(EndChildren, LeavesNoneAlive) {
  STARTUPINFOA startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION child{};
  const std::string file = program("probe");
  ASSERT_TRUE(::CreateProcessA(file.c_str(), nullptr, nullptr, nullptr, FALSE,
                               CREATE_SUSPENDED,  // it never comes to its end
                               nullptr, nullptr, &startup, &child));
  const Handle process(child.hProcess), thread(child.hThread);
  end_children();
  EXPECT_EQ(::WaitForSingleObject(process.get(), 20'000), WAIT_OBJECT_0);
  ::TerminateProcess(process.get(), 1);
}

}  // namespace
}  // namespace proclab::test
