// tests/platform · Result and Error: how they convert, compare and read.
#include "platform/result.h"

#include <memory>

#include <gtest/gtest.h>

#include "tests/platform/open.h"

namespace proclab {
namespace {

Result<int> half(int n) {
  if (n % 2 != 0) return make_error("half", std::errc::invalid_argument, "odd");
  return n / 2;
}

Result<std::string> quarter(int n) {
  const Result<int> first = half(n);
  if (!first) return first.error();  // an Error goes into any other Result
  const Result<int> second = half(*first);
  if (!second) return second.error();
  return std::to_string(*second);
}

TEST(Result, CarriesAValueOrTheFirstError) {
  EXPECT_EQ(*quarter(8), "2");
  EXPECT_EQ(quarter(8)->size(), 1u);
  EXPECT_FALSE(quarter(6));
  EXPECT_EQ(quarter(6).error().code, std::errc::invalid_argument);
}

TEST(Result, HoldsWhatCanOnlyBeMoved) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(7));
  const std::unique_ptr<int> taken = *std::move(result);
  EXPECT_EQ(*taken, 7);
}

TEST(Result, OfVoidSaysOnlyWhetherItWorked) {
  EXPECT_TRUE(Result<void>{});
  const Result<void> failed = make_error("x", std::errc::io_error);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, std::errc::io_error);
}

TEST(ResultDeathTest, AssertsWhenTheWrongSideIsAsked) {
  ::testing::GTEST_FLAG(death_test_style) = "threadsafe";
  EXPECT_DEATH((void)*half(3), "");
  EXPECT_DEATH((void)half(2).error(), "");
}

TEST(Error, ReadsAsOneLine) {
  const Error error = make_error("execve", std::errc::no_such_file_or_directory, "/no/such");
  EXPECT_EQ(error.message(), "execve: No such file or directory (/no/such)");
  EXPECT_EQ(make_error("fork", std::errc::resource_unavailable_try_again).message().substr(0, 6),
            "fork: ");
}

TEST(Error, HasWordsForEachReason) {
  for (const std::errc why : {std::errc::address_family_not_supported,
                              std::errc::address_in_use,
                              std::errc::bad_message,
                              std::errc::address_not_available,
                              std::errc::already_connected,
                              std::errc::timed_out,
                              std::errc::connection_aborted,
                              std::errc::connection_refused,
                              std::errc::message_size,
                              std::errc::connection_reset,
                              std::errc::host_unreachable,
                              std::errc::network_unreachable,
                              std::errc::no_buffer_space,
                              std::errc::no_protocol_option,
                              std::errc::not_a_socket,
                              std::errc::not_connected,
                              std::errc::not_supported,
                              std::errc::operation_canceled,
                              std::errc::operation_in_progress,
                              std::errc::operation_not_supported,
                              std::errc::owner_dead,
                              std::errc::protocol_error,
                              std::errc::protocol_not_supported,
                              std::errc::text_file_busy,
                              std::errc::too_many_symbolic_link_levels,
                              std::errc::value_too_large,
                              std::errc::wrong_protocol_type,
                              std::errc::function_not_supported,
                              std::errc::invalid_argument,
                              std::errc::file_exists,
                              std::errc::illegal_byte_sequence,
                              std::errc::no_child_process}) {
    const std::string reason = make_error("x", why).reason();
    EXPECT_FALSE(reason.empty());
    EXPECT_EQ(reason.find("nknown"), std::string::npos) << static_cast<int>(why);
  }
}

TEST(Error, TakesTheSystemsLastError) {
  test::set_error(test::kSomeError);
  const Error error = last_error("open", "x");
  EXPECT_STREQ(error.call, "open");
  EXPECT_EQ(error.detail, "x");
  EXPECT_EQ(error.code.value(), test::kSomeError);
  EXPECT_EQ(error.code, std::errc::no_such_file_or_directory) << "on both systems";
  EXPECT_EQ(error.message().find('\n'), std::string::npos);
  EXPECT_EQ(error.message().find('\r'), std::string::npos) << "FormatMessage ends its texts so";
}

}  // namespace
}  // namespace proclab
