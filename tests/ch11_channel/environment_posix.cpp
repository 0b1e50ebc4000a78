// tests/ch11 · the two words in the environment, right and wrong.
#include <fcntl.h>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch11_channel/start.h"
#include "tests/ch11_channel/both_ends.h"

namespace proclab::channel {
namespace {

class Words : public testing::Test {
 protected:
  ~Words() override {
    EXPECT_TRUE(process::unset_variable(kChannelVariable));
    EXPECT_TRUE(process::unset_variable(kModeVariable));
  }
  static void say(const std::string& slot, const std::string& mode) {
    ASSERT_TRUE(process::set_variable(kChannelVariable, slot));
    ASSERT_TRUE(process::set_variable(kModeVariable, mode));
  }
  loop::Loop loop = std::move(loop::Loop::open()).value();
};

TEST_F(Words, AreTakenOnceAndTheSlotIsPrivateFromThenOn) {
  sockets::Pair ends = std::move(sockets::pair()).value();
  const int slot = ::fcntl(ends.first.get(), F_DUPFD, 50);  // not close-on-exec, as a slot is
  ends.first.close();
  say(std::to_string(slot), "advanced");
  Result<std::optional<Channel>> channel = open_from_environment(loop);
  ASSERT_TRUE(channel) << channel.error().message();
  ASSERT_TRUE(*channel);
  EXPECT_FALSE(*process::get_variable(kChannelVariable));
  EXPECT_FALSE(*process::get_variable(kModeVariable));
  EXPECT_NE(::fcntl(slot, F_GETFD) & FD_CLOEXEC, 0);
  const Result<std::optional<Channel>> again = open_from_environment(loop);
  ASSERT_TRUE(again);
  EXPECT_FALSE(*again);
}

TEST_F(Words, ThatSayNothingGoodAreNamed) {
  const struct {
    const char *slot, *mode;
    std::errc code;
    const char* call;
  } all[] = {
      {"", "json", std::errc::invalid_argument, kChannelVariable},
      {"abc", "json", std::errc::invalid_argument, kChannelVariable},
      {"3x", "json", std::errc::invalid_argument, kChannelVariable},
      {"-1", "json", std::errc::invalid_argument, kChannelVariable},
      {"99999999999", "json", std::errc::invalid_argument, kChannelVariable},
      {"900", "xml", std::errc::invalid_argument, kModeVariable},
      {"900", "json", std::errc::bad_file_descriptor, "slot"},
  };
  for (const auto& one : all) {
    say(one.slot, one.mode);
    const Result<std::optional<Channel>> channel = open_from_environment(loop);
    ASSERT_FALSE(channel) << one.slot;
    EXPECT_EQ(channel.error().code, one.code) << channel.error().message();
    EXPECT_STREQ(channel.error().call, one.call);
    EXPECT_FALSE(*process::get_variable(kChannelVariable)) << "our children shall not take it over";
  }
}

}  // namespace
}  // namespace proclab::channel
