// tests/ch11 · both ends are ours: a C++ parent, and a C++ child that finds its end by two words.
#include "tests/ch11_channel/child.h"

namespace proclab::channel {
namespace {

class Started : public WithChild, public testing::WithParamInterface<Serialization> {
 protected:
  Options options() const { return {.serialization = GetParam()}; }
  static spawn::Options echo_child() { return {.file = test::program("ch11_echo_child")}; }
};
INSTANTIATE_TEST_SUITE_P(With, Started,
                         testing::Values(Serialization::json, Serialization::advanced),
                         [](const auto& one) {
                           return one.param == Serialization::json ? "json" : "advanced";
                         });

TEST_P(Started, AnswersAndEndsWhenLeft) {
  start(echo_child(), options());
  const Value message = Object{{"n", Array{1, "two", nullptr}}};
  ASSERT_TRUE(channel->send(message));
  until("an echo", [&] { return !heard.messages.empty(); });
  EXPECT_EQ(heard.messages[0], Value(Object{{"echo", message}}));
  channel->disconnect();
  run_to_the_end();
  EXPECT_TRUE(ended->success()) << ended->text();
  EXPECT_EQ(heard.disconnects, 1);
  EXPECT_FALSE(heard.why);
}

TEST_P(Started, InAnySlot) {
  for (const int slot : {3, 4, 5, 18}) {
    start(echo_child(), options(), slot);
    ASSERT_TRUE(channel->send(slot));
    heard.messages.clear();
    until("an echo", [&] { return !heard.messages.empty(); });
    EXPECT_EQ(*heard.messages[0].find("echo"), Value(slot));
    channel->disconnect();
    run_to_the_end();
  }
}

TEST_P(Started, KilledIsAnEndOfItsChannel) {
  start(echo_child(), options());
  ASSERT_TRUE(channel->send(1));
  until("an echo", [&] { return !heard.messages.empty(); });
  ASSERT_TRUE(process->kill(spawn::kKill));
  run_to_the_end();
  EXPECT_EQ(ended->signal, spawn::kKill);
  EXPECT_EQ(heard.disconnects, 1);
  const Result<Flow> late = channel->send(2);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, std::errc::not_connected);
}

TEST_P(Started, ServesWhatItIsPassed) {
  start(echo_child(), options());
  auto ours = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(channel->send("serve", {Kind::server, std::move(ours)}));
  until("an echo", [&] { return !heard.messages.empty(); });
  // Ours is closed: whoever answers now is the child.
  const sockets::Socket client = *sockets::connect_tcp(where);
  std::string all;
  char room[64];
  const Deadline soon = Deadline::after(Milliseconds(10'000));
  for (;;) {
    const Result<std::size_t> got = sockets::receive(client.get(), room, soon);
    ASSERT_TRUE(got) << got.error().message();
    if (*got == 0) break;
    all.append(room, *got);
  }
  EXPECT_EQ(all, "hello from " + std::to_string(process->pid()) + "\n");
  channel->disconnect();
  run_to_the_end();
}

TEST(StartedOrNot, LeavesNothingWhenThereIsNoSuchProgram) {
  loop::Loop loop = *loop::Loop::open();
  const Result<Child> child = start(loop, {.file = "/no/such/program"});
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, std::errc::no_such_file_or_directory);
  const test::Waiting waiting("nothing");
  EXPECT_TRUE(loop.run());
}

TEST(StartedOrNot, WithoutTheWordsThereIsNoChannel) {
  loop::Loop loop = *loop::Loop::open();
  const Result<std::optional<Channel>> none = open_from_environment(loop);
  ASSERT_TRUE(none);
  EXPECT_FALSE(*none);
}

}  // namespace
}  // namespace proclab::channel
