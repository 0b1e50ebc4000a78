// Tests of chapter 1 · environment.
#include "chapters/ch01_process/environment.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "tests/support/run.h"

using namespace proclab;
using process::get_variable;
using process::set_variable;
using process::unset_variable;

static constexpr const char* kName = "CH01_TEST_VARIABLE";

TEST(Environment, SetGetAndUnset) {
  ASSERT_TRUE(unset_variable(kName));
  EXPECT_FALSE(get_variable(kName)->has_value());
  ASSERT_TRUE(set_variable(kName, "one=1"));
  EXPECT_EQ(**get_variable(kName), "one=1");
  ASSERT_TRUE(set_variable(kName, "two"));
  EXPECT_EQ(**get_variable(kName), "two");
  ASSERT_TRUE(unset_variable(kName));
  EXPECT_FALSE(get_variable(kName)->has_value());
  EXPECT_TRUE(unset_variable(kName)) << "once more is no error";
}

TEST(Environment, AnEmptyValueIsAValue) {
  ASSERT_TRUE(set_variable(kName, ""));
  ASSERT_TRUE(get_variable(kName)->has_value());
  EXPECT_EQ(**get_variable(kName), "");
  ASSERT_TRUE(unset_variable(kName));
}

TEST(Environment, LongAndForeignValuesComeBackWhole) {
  for (const std::string& value :
       {std::string(127, 'x'), std::string(128, 'x'), std::string(20'000, 'x'),
        std::string("gr\xC3\xBC\xC3\x9F dich \xE4\xB8\x96\xE7\x95\x8C \xF0\x9F\xAB\x96")}) {
    ASSERT_TRUE(set_variable(kName, value));
    EXPECT_EQ(**get_variable(kName), value);
  }
  ASSERT_TRUE(unset_variable(kName));
}

TEST(Environment, BadNamesAreErrorsEverywhere) {
  for (const std::string& name :
       {std::string(), std::string("A=B"), std::string("=C:"), std::string("A\0B", 3)}) {
    EXPECT_EQ(set_variable(name, "x").error().code, std::errc::invalid_argument);
    EXPECT_EQ(get_variable(name).error().code, std::errc::invalid_argument);
    EXPECT_EQ(unset_variable(name).error().code, std::errc::invalid_argument);
  }
  EXPECT_EQ(set_variable(kName, std::string_view("a\0b", 3)).error().code,
            std::errc::invalid_argument);
  EXPECT_FALSE(get_variable(kName)->has_value());
}

TEST(Environment, TheListHoldsEachVariableOnce) {
  ASSERT_TRUE(set_variable(kName, "listed"));
  const auto list = process::list_variables();
  ASSERT_TRUE(list);
  EXPECT_EQ(std::count_if(list->begin(), list->end(),
                          [](const auto& v) { return v.name == kName && v.value == "listed"; }),
            1);
  for (const auto& variable : *list) EXPECT_FALSE(variable.name.empty());
  ASSERT_TRUE(unset_variable(kName));
}

TEST(Environment, AChildGetsACopyAndKeepsItsChangesToItself) {
  test::RunOptions options;
  options.env = {{"GREETING", "from the parent"}};
  const auto ran = test::run({test::program("ch01_environ")}, options);
  ASSERT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("get GREETING   -> \"from the parent\""), std::string::npos) << ran.out;
  EXPECT_FALSE(get_variable("GREETING")->has_value());
}

TEST(Environment, ThreadsMayUseTheseFunctionsAtOnce) {
  // In a child: under load the runtime makes events for its own locks, which look like leaks.
  const auto ran = test::run({test::program("ch01_environ"), "--threads"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_NE(ran.out.find("1200 rounds, 0 went wrong"), std::string::npos) << ran.out;
}
