// tests/ch12 · the real Node.js: as a child of fork(), and as the one that is compared with.
#include <unistd.h>

#include <sstream>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/tcp.h"
#include "chapters/ch11_channel/json.h"
#include "chapters/ch12_child_process/fork.h"
#include "chapters/ch12_child_process/sync.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

using channel::Array;
using channel::Object;
using channel::Value;

std::string find_node() {
  const auto named = process::get_variable("PROCLAB_NODE");
  const std::string node = named && *named && !(*named)->empty() ? **named : "node";
  return spawn_sync(node, {"-e", ""}).success() ? node : std::string{};
}

#define NEED_NODE()                     \
  const std::string node = find_node(); \
  if (node.empty()) GTEST_SKIP() << "no Node.js: neither $PROCLAB_NODE nor one on PATH"

/// tests/ch12_child_process/NAME.js, as fork() takes it.
std::string module(const std::string& name) {
  return std::string(PROCLAB_SOURCE) + "/tests/ch12_child_process/" + name + ".js";
}

class NodeForked : public Children, public testing::WithParamInterface<channel::Serialization> {
 protected:
  ChildProcess fork_node(Seen& seen, const std::string& node, const std::vector<std::string>& args,
                         std::vector<std::string> exec_argv = {}) {
    ForkOptions options{.exec_path = node, .exec_argv = std::move(exec_argv), .silent = true};
    options.child.channel.serialization = GetParam();
    Result<ChildProcess> child = fork(loop, module("forked"), args, std::move(options));
    EXPECT_TRUE(child) << child.error().message();
    seen.watch(*child);
    return *child;
  }
};
INSTANTIATE_TEST_SUITE_P(With, NodeForked,
                         testing::Values(channel::Serialization::json,
                                         channel::Serialization::advanced),
                         [](const auto& one) {
                           return one.param == channel::Serialization::json ? "json" : "advanced";
                         });

TEST_P(NodeForked, TakesUsForItsParent) {
  NEED_NODE();
  Seen seen;
  ChildProcess child = fork_node(seen, node, {"a", "b"}, {"--no-warnings"});
  ASSERT_TRUE(child.send(Object{{"echo", Array{1, "two", nullptr}}}));
  ASSERT_TRUE(child.send("leave"));
  run("a node that leaves");
  EXPECT_EQ(
      seen.messages,
      (std::vector<Value>{Object{{"argv", Array{"a", "b"}}, {"execArgv", Array{"--no-warnings"}}},
                          Object{{"echo", Array{1, "two", nullptr}}}}));
  EXPECT_EQ(seen.output, "leaving\n");
  EXPECT_EQ(seen.words, (Words{"spawn", "disconnect", "exit 5", "close exit 5"})) << seen.errors;
}

TEST_P(NodeForked, EndsWhenWeLeaveAndCloseComes) {
  NEED_NODE();
  Seen seen;
  ChildProcess child = fork_node(seen, node, {});
  seen.on_message = [&](const Value&) { EXPECT_TRUE(child.disconnect()); };
  run("a node that we leave");
  EXPECT_EQ(seen.words, (Words{"spawn", "disconnect", "exit 0", "close exit 0"})) << seen.errors;
}

TEST_P(NodeForked, ServesOurListener) {
  NEED_NODE();
  Seen seen;
  ChildProcess child = fork_node(seen, node, {});
  auto ours = std::make_shared<const sockets::Socket>(*sockets::listen_tcp({"127.0.0.1", 0}));
  const sockets::TcpAddress where = *sockets::local_address(*ours);
  ASSERT_TRUE(child.send("server", {channel::Kind::server, std::move(ours)}));
  until("that it serves", [&] { return seen.messages.size() == 2; });
  const sockets::Socket client = *sockets::connect_tcp(where);
  char room[64];
  const auto got = sockets::receive(client.get(), room, Deadline::after(Milliseconds(15'000)));
  EXPECT_EQ(got ? std::string(room, *got) : got.error().message(), "by node");
  ASSERT_TRUE(child.kill());
  run("its end");
  EXPECT_EQ(seen.words.back(), "close signal 15");
}

// ---- the same command in both: what would Node have said? ----

/// What Node's spawn tells of a command: its events as words, as Seen has them, and its output.
class BesideNode : public Children {
 protected:
  static ExecResult node_says(const std::string& node, const std::string& how, const Words& words) {
    std::vector<std::string> args = {module("beside"), how};
    args.insert(args.end(), words.begin(), words.end());
    ExecResult said = spawn_sync(node, args);
    EXPECT_TRUE(said.success()) << said.text() << said.errors;
    return said;
  }
};

TEST_F(BesideNode, TheSameEventsAndOutput) {
  NEED_NODE();
  const test::Waiting waiting("programs under both", Milliseconds(100'000));
  for (const Words& words : {Words{"/bin/sh", "-c", "echo out; echo err >&2; exit 3"},
                             Words{"/bin/sh", "-c", "kill -KILL $$"},
                             Words{"/bin/sh", "-c", "cat; printf '%s' \"$0\"", "arg  0"},
                             Words{"/bin/sh", "-c", "(sleep 0.05; echo late) & exit 1"},
                             Words{"no-such-program-anywhere"}, Words{"/etc/passwd"}}) {
    Seen seen;
    ChildProcess child = start(seen, words[0], {words.begin() + 1, words.end()});
    child.input()->write("fed");
    child.input()->end();
    run(words[0]);
    std::string ours;
    for (const std::string& word : seen.words) ours += word + ";";
    EXPECT_EQ(ours + seen.output + "|" + seen.errors, node_says(node, "spawn", words).output)
        << words.back();
  }
}

TEST_F(BesideNode, TheSameFromAShell) {
  NEED_NODE();
  const test::Waiting waiting("shells under both", Milliseconds(100'000));
  for (const char* command : {"echo a; echo b >&2", "exit 7", "printf '\\303\\251\\377x'",
                              "cat /dev/null; echo $0", "nothing-like-this"}) {
    ExecResult ours;
    ASSERT_TRUE(exec(loop, command, {}, [&](const ExecResult& how) { ours = how; }));
    run(command);
    const std::string said =
        std::to_string(ours.status->code) + "|" + ours.output + "|" + ours.errors;
    EXPECT_EQ(said, node_says(node, "exec", {command}).output);
  }
}

/// Where ours does otherwise, on purpose. If a Node comes that does it, too, these tell.
TEST_F(BesideNode, WhatNodeGetsWrong) {
  NEED_NODE();
  const test::Waiting waiting("Node's ways", Milliseconds(100'000));
  EXPECT_EQ(node_says(node, "shell-child-survives", {}).output, "alive");
  EXPECT_EQ(node_says(node, "close-after-disconnect", {}).output, "never");
  EXPECT_EQ(node_says(node, "max-buffer", {}).output, "more than 5 bytes of 5");
  EXPECT_EQ(node_says(node, "dev-stdout", {}).output, "ENXIO");
  EXPECT_EQ(node_says(node, "sync-max-buffer", {}).output, "more than 10 bytes of 10");
}

}  // namespace
}  // namespace proclab::child_process
