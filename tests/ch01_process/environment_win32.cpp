// Tests of chapter 1 · environment on Windows.
#include <cstdlib>

#include <gtest/gtest.h>

#include "chapters/ch01_process/environment.h"

using namespace proclab;

TEST(EnvironmentWindows, NamesDoNotDifferByCase) {
  ASSERT_TRUE(process::set_variable("ch01_Case", "a"));
  EXPECT_EQ(**process::get_variable("CH01_CASE"), "a");
  ASSERT_TRUE(process::set_variable("CH01_CASE", "b"));
  EXPECT_EQ(**process::get_variable("ch01_Case"), "b");
  int times = 0;
  const auto list = process::list_variables();
  for (const auto& variable : *list) {
    if (variable.name == "ch01_Case" || variable.name == "CH01_CASE") ++times;
  }
  EXPECT_EQ(times, 1);
  ASSERT_TRUE(process::unset_variable("Ch01_cAsE"));
  EXPECT_FALSE(process::get_variable("ch01_Case")->has_value());
}

TEST(EnvironmentWindows, TheCRuntimeKeepsACopyOfItsOwn) {
  ASSERT_TRUE(process::set_variable("CH01_CRT", "new"));
  EXPECT_EQ(std::getenv("CH01_CRT"), nullptr);
  ASSERT_TRUE(process::unset_variable("CH01_CRT"));
}

TEST(EnvironmentWindows, HiddenLinesAreInNoList) {
  const auto list = process::list_variables();
  for (const auto& variable : *list) EXPECT_NE(variable.name.front(), '=');
  const auto odd = process::odd_lines();
  for (const std::string& line : *odd) EXPECT_EQ(line.front(), '=');
}

TEST(EnvironmentWindows, TooLongAndInvalidTextIsAnError) {
  EXPECT_EQ(process::set_variable("CH01_LONG", std::string(40'000, 'x')).error().code,
            std::errc::argument_list_too_long);
  EXPECT_EQ(process::set_variable("CH01_BAD", "\xFF").error().code,
            std::errc::illegal_byte_sequence);
  EXPECT_EQ(process::get_variable("\xFF").error().code, std::errc::illegal_byte_sequence);
}
