// tests/ch12 · fork(): a child with a channel. Both ends are ours here; node_posix.cpp has the real
// one.
#include "chapters/ch12_child_process/fork.h"

#include <algorithm>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/value.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

using channel::Array;
using channel::Object;
using channel::Value;

class Forked : public Children, public testing::WithParamInterface<channel::Serialization> {
 protected:
  ChildProcess echo(Seen& seen, Options child = {}) {
    child.channel.serialization = GetParam();
    Result<ChildProcess> made = fork(
        loop, "module", {"arg"}, {.child = child, .exec_path = test::program("ch11_echo_child")});
    EXPECT_TRUE(made) << made.error().message();
    seen.watch(*made);
    return *made;
  }
};
INSTANTIATE_TEST_SUITE_P(With, Forked,
                         testing::Values(channel::Serialization::json,
                                         channel::Serialization::advanced),
                         [](const auto& one) {
                           return one.param == channel::Serialization::json ? "json" : "advanced";
                         });

TEST_P(Forked, SaysAndHearsAndLeaves) {
  Seen seen;
  ChildProcess child = echo(seen);
  EXPECT_TRUE(child.connected());
  EXPECT_EQ(child.output(), nullptr) << "inherited";
  const Value message = Object{{"n", Array{1, "two"}}};
  bool taken = false;
  ASSERT_TRUE(child.send(message, [&](const Result<void>& how) { taken = how.has_value(); }));
  seen.on_message = [&](const Value&) { EXPECT_TRUE(child.disconnect()); };
  run("an echo and an end");
  EXPECT_TRUE(taken);
  EXPECT_EQ(seen.messages, (std::vector<Value>{Object{{"echo", message}}}));
  EXPECT_EQ(seen.words, (Words{"spawn", "disconnect", "exit 0", "close exit 0"}))
      << "in Node close never comes when the parent has left";
  EXPECT_FALSE(child.connected());
  EXPECT_EQ(child.send(1).error().code, std::errc::not_connected);
  EXPECT_EQ(child.disconnect().error().code, std::errc::not_connected);
}

TEST_P(Forked, ItsDeathIsADisconnect) {
  Seen seen;
  ChildProcess child = echo(seen);
  ASSERT_TRUE(child.send("x"));
  seen.on_message = [&](const Value&) { EXPECT_TRUE(child.kill(proclab::spawn::kKill)); };
  run("a child that is killed");
  EXPECT_EQ(seen.words.back(), "close signal 9");
  EXPECT_EQ(std::count(seen.words.begin(), seen.words.end(), "disconnect"), 1);
}

TEST_P(Forked, ServesASocketThatWeSend) {
  Seen seen;
  ChildProcess child = echo(seen);
  auto ours = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(child.send("serve", {channel::Kind::server, std::move(ours)}));
  until("that it serves", [&] { return !seen.messages.empty(); });
  const sockets::Socket client = *sockets::connect_tcp(where);
  char room[64];
  const auto got = sockets::receive(client.get(), room, Deadline::after(Milliseconds(15'000)));
  ASSERT_TRUE(got) << got.error().message();
  EXPECT_EQ(std::string(room, *got), "hello from " + std::to_string(*child.pid()) + "\n");
  ASSERT_TRUE(child.kill());
  run("its end");
}

TEST_P(Forked, TheChannelMayStandInAnySlot) {
  Seen seen;
  ChildProcess child = echo(seen, {.stdio = {Stdio::ignore(), Stdio::pipe(), Stdio::pipe(),
                                             Stdio::ignore(), Stdio::pipe(), Stdio::ipc()}});
  ASSERT_TRUE(child.send(5));
  seen.on_message = [&](const Value&) { EXPECT_TRUE(child.disconnect()); };
  run("an echo and an end");
  EXPECT_EQ(seen.messages.size(), 1U);
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_P(Forked, IsAChildLikeOthersWhenItCannotBeStarted) {
  Seen seen;
  Result<ChildProcess> child = fork(loop, "x", {}, {.exec_path = "no-such-program-anywhere"});
  seen.watch(*child);
  EXPECT_FALSE(child->connected());
  run("nothing");
  EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
}

using Fork = Children;

TEST_F(Fork, NeedsAChannel) {
  const ForkOptions without{.child = {.stdio = Stdio::all(Stdio::pipe())}};
  EXPECT_EQ(fork(loop, "x", {}, without).error().code, std::errc::invalid_argument);
}

TEST_F(Fork, PutsTheModuleBehindTheProgramsOwnArguments) {
  Seen seen;
  Result<ChildProcess> child =
      fork(loop, "module", {"a", "b"},
           {.exec_path = test::program("probe"), .exec_argv = {"argv", "--flag"}, .silent = true});
  ASSERT_TRUE(child);
  seen.watch(*child);
  run("a program that prints its arguments");
  EXPECT_NE(seen.lines().find("\"argv\"\n\"--flag\"\n\"module\"\n\"a\"\n\"b\"\n"),
            std::string::npos);
}

TEST_F(Fork, RunsThisProgramWhenNoneIsNamed) {
  Seen seen;
  Result<ChildProcess> child = fork(loop, "--gtest_list_tests", {}, {.silent = true});
  ASSERT_TRUE(child);
  seen.watch(*child);
  run("ourselves");
  EXPECT_NE(seen.output.find("  RunsThisProgramWhenNoneIsNamed"), std::string::npos);
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_F(Fork, AnUnreferencedChannelKeepsNobody) {
  Seen seen;
  Result<ChildProcess> child =
      fork(loop, "module", {}, {.exec_path = test::program("ch11_echo_child")});
  seen.watch(*child);
  child->unref();
  child->channel()->unref();
  run("nobody");
  EXPECT_FALSE(child->status());
  child->ref();
  child->channel()->ref();
  ASSERT_TRUE(child->disconnect());
  run("its end");
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

}  // namespace
}  // namespace proclab::child_process
