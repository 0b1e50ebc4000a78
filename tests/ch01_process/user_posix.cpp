// Tests of chapter 1 · user on POSIX.
#include <algorithm>

#include <grp.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "chapters/ch01_process/user.h"
#include "tests/ch01_process/child_posix.h"
#include "tests/support/run.h"

using namespace proclab;

TEST(User, NumbersAndNamesAreWhatIdSays) {
  const auto ids = process::user_ids();
  ASSERT_TRUE(ids);
  const auto id = [](const char* flag) { return test::run({"/usr/bin/id", flag}).out; };
  EXPECT_EQ(std::to_string(ids->effective_user) + "\n", id("-u"));
  EXPECT_EQ(std::to_string(ids->effective_group) + "\n", id("-g"));
  EXPECT_EQ(ids->user, ::getuid());
  EXPECT_EQ(ids->group, ::getgid());
  const auto name = process::user_name();
  EXPECT_EQ(name ? *name + "\n" : "", name ? id("-un") : "");
  const auto group = process::group_name();
  EXPECT_EQ(group ? *group + "\n" : "", group ? id("-gn") : "");
}

TEST(User, RealAndEffectiveMayDiffer) {
  if (!test::privileged()) GTEST_SKIP() << "only the privileged may change user ids";
  const int code = test::code_of_child([] {
    if (::seteuid(test::kNobodyAtAll) == -1) return 1;
    const auto ids = process::user_ids();
    return ids->user == 0 && ids->effective_user == test::kNobodyAtAll ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}

TEST(User, ANumberNeedNotHaveAName) {
  if (!test::privileged()) GTEST_SKIP() << "only the privileged may become somebody else";
  const int code = test::code_of_child([] {
    if (::setegid(test::kNobodyAtAll) == -1 || ::seteuid(test::kNobodyAtAll) == -1) return 1;
    const auto name = process::user_name();
    const auto group = process::group_name();
    if (name || name.error().code != std::errc::no_such_file_or_directory) return 2;
    return group || group.error().code != std::errc::no_such_file_or_directory ? 3 : 0;
  });
  EXPECT_EQ(code, 0);
}

TEST(User, SupplementaryGroupsAreAList) {
  ASSERT_TRUE(process::supplementary_groups());
  if (!test::privileged()) GTEST_SKIP() << "only the privileged may set groups";
  const int code = test::code_of_child([] {
    const gid_t wanted[] = {5, 1000, 70'000};
    if (::setgroups(3, wanted) == -1) return 1;
    auto groups = *process::supplementary_groups();
    std::sort(groups.begin(), groups.end());
    return groups == std::vector<std::uint32_t>{5, 1000, 70'000} ? 0 : 2;
  });
  EXPECT_EQ(code, 0);
}
