// Tests of chapter 1 · identity: numbers, file and arguments, asked from inside and from outside.
#include "chapters/ch01_process/identity.h"

#include <gtest/gtest.h>

#include "platform/self.h"
#include "tests/ch01_process/shown.h"
#include "tests/support/run.h"

using namespace proclab;

TEST(Identity, PidIsTheSameAtEachCallAndNotZero) {
  EXPECT_NE(process::pid(), 0);
  EXPECT_EQ(process::pid(), process::pid());
}

TEST(Identity, AChildsParentIsThisProcess) {
  const auto ran = test::run({test::program("ch01_whoami")});
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(test::number_after(ran.out, "parent's pid"), process::pid());
  EXPECT_NE(test::number_after(ran.out, "pid"), process::pid());
}

TEST(Identity, ExecPathNamesTheProgramsFile) {
  const auto path = process::exec_path();
  ASSERT_TRUE(path);
  EXPECT_EQ(*path, *self_path());
  EXPECT_NE(path->find("ch01_test"), path->npos) << *path;
}

TEST(Identity, SystemArgumentsStartWithTheProgram) {
  const auto args = process::system_arguments();
  ASSERT_TRUE(args);
  ASSERT_FALSE(args->empty());
  EXPECT_NE(args->front().find("ch01_test"), std::string::npos);
}
