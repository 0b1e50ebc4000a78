// tests/ch04 · the merging of environments: text work, the same on every system.
#include "chapters/ch04_spawn/environment.h"

#include <gtest/gtest.h>

namespace proclab::spawn {
namespace {

using namespace std::string_literals;
using Texts = std::vector<std::string>;

Texts merged(const Texts& ours, const Environment& wanted, bool ignore_case = false) {
  const Result<Texts> lines = merge_environment(ours, wanted, ignore_case);
  EXPECT_TRUE(lines) << lines.error().message();
  return lines ? *lines : Texts{};
}

TEST(MergeEnvironment, KeepsOrderAndPutsNewNamesLast) {
  const Texts ours = {"B=2", "A=1", "C="};
  EXPECT_EQ(merged(ours, {}), ours);
  EXPECT_EQ(merged(ours, {false, {{"D", "4"}, {"A", "x=y"}}}),
            (Texts{"B=2", "A=x=y", "C=", "D=4"}));
  EXPECT_EQ(merged(ours, {false, {{"B", std::nullopt}, {"Z", std::nullopt}}}),
            (Texts{"A=1", "C="}));
  EXPECT_EQ(merged(ours, {true, {}}), Texts{});
}

TEST(MergeEnvironment, ALaterChangeWins) {
  EXPECT_EQ(merged({}, {false, {{"A", "1"}, {"A", "2"}}}), Texts{"A=2"});
  EXPECT_EQ(merged({}, {false, {{"A", "1"}, {"A", std::nullopt}}}), Texts{});
  EXPECT_EQ(merged({}, {false, {{"A", std::nullopt}, {"A", ""}}}), Texts{"A="});
}

TEST(MergeEnvironment, RemovesANameThatStandsTwice) {
  const Texts twice = {"LD_PRELOAD=a", "X=1", "LD_PRELOAD=b", "LD_PRELOAD"};
  EXPECT_EQ(merged(twice, {false, {{"LD_PRELOAD", std::nullopt}}}), Texts{"X=1"});
  EXPECT_EQ(merged(twice, {false, {{"LD_PRELOAD", "c"}}}), (Texts{"LD_PRELOAD=c", "X=1"}));
}

TEST(MergeEnvironment, APartOfANameIsAnotherName) {
  EXPECT_EQ(merged({"PATHS=1", "PAT=2"}, {false, {{"PATH", "3"}}}),
            (Texts{"PATHS=1", "PAT=2", "PATH=3"}));
}

TEST(MergeEnvironment, CaseMattersUnlessToldOtherwise) {
  EXPECT_EQ(merged({"Path=1"}, {false, {{"PATH", "2"}}}), (Texts{"Path=1", "PATH=2"}));
  EXPECT_EQ(merged({"Path=1"}, {false, {{"PATH", "2"}}}, true), Texts{"PATH=2"});
  EXPECT_EQ(merged({"Path=1", "A=2"}, {false, {{"pATH", std::nullopt}}}, true), Texts{"A=2"});
}

TEST(MergeEnvironment, WindowsHidesADirectoryForEachDrive) {
  const Texts ours = {"=C:=C:\\here", "A=1"};
  EXPECT_EQ(merged(ours, {false, {{"A", "2"}}}, true), (Texts{"=C:=C:\\here", "A=2"}));
  EXPECT_EQ(merged(ours, {false, {{"=c:", "C:\\there"}}}, true), (Texts{"=c:=C:\\there", "A=1"}));
  EXPECT_FALSE(merge_environment(ours, {false, {{"=C:", "x"}}}, false)) << "no such names on POSIX";
}

TEST(MergeEnvironment, RefusesBadNames) {
  for (const std::string& name : {""s, "A=B"s, "A="s, "A\0"s}) {
    for (const bool ignore_case : {false, true}) {
      const auto lines = merge_environment({}, {false, {{name, "x"}}}, ignore_case);
      ASSERT_FALSE(lines) << name;
      EXPECT_EQ(lines.error().code, std::errc::invalid_argument);
      EXPECT_STREQ(lines.error().call, "env");
    }
  }
  EXPECT_FALSE(merge_environment({}, {false, {{"A", "x\0"s}}}, false));
}

TEST(EnvironmentValue, FindsTheFirst) {
  const Texts lines = {"=C:=C:\\here", "EMPTY=", "Path=a=b", "PATH=2", "NOVALUE"};
  EXPECT_EQ(environment_value(lines, "Path"), "a=b");
  EXPECT_EQ(environment_value(lines, "PATH"), "2");
  EXPECT_EQ(environment_value(lines, "path", true), "a=b");
  EXPECT_EQ(environment_value(lines, "EMPTY"), "");
  EXPECT_EQ(environment_value(lines, "NOVALUE"), std::nullopt);
  EXPECT_EQ(environment_value(lines, "=C:"), "C:\\here");
}

}  // namespace
}  // namespace proclab::spawn
