// tests/ch11 · a child with a channel to it, started, heard and buried.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch10_loop/exit.h"
#include "chapters/ch11_channel/start.h"
#include "tests/ch11_channel/both_ends.h"
#include "tests/support/run.h"

namespace proclab::channel {

/// The Node.js of this machine, as the demos find it: $PROCLAB_NODE, or what PATH has. Empty: there is none.
[[nodiscard]] std::string find_node();

/// For a test that needs it: skips, and says why.
#define NEED_NODE()                     \
  const std::string node = find_node(); \
  if (node.empty()) GTEST_SKIP() << "no Node.js: neither $PROCLAB_NODE nor one on PATH"

class WithChild : public testing::Test {
 protected:
  ~WithChild() override {
    channel.reset();
    if (process && process->owes_wait()) {
      (void)process->kill(spawn::kKill);
      (void)process->wait();
    }
  }
  void start(spawn::Options program, Options options = {}, int slot = 3) {
    Result<Child> child = channel::start(loop, std::move(program), options, slot);
    ASSERT_TRUE(child) << child.error().message();
    process.emplace(std::move(child->process));
    channel.emplace(std::move(child->channel));
    channel->start(heard.events());
    exit = loop::Exit::watch(loop, *process, [this] { ended = *process->wait(); }).value();
  }
  /// A child that runs a script.
  void start_node(const std::string& node, const std::string& script, Options options = {}) {
    start({.file = node, .args = {"-e", script}}, options);
  }
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so())
      ASSERT_TRUE(*loop.turn() || so()) << "nothing is left that could bring " << for_whom;
  }
  /// Until the channel is gone and the child has ended.
  void run_to_the_end() {
    const test::Waiting waiting("the child's end");
    ASSERT_TRUE(loop.run());
    ASSERT_TRUE(ended.has_value());
  }

  Heard heard;
  loop::Loop loop = std::move(loop::Loop::open()).value();
  std::optional<spawn::Process> process;
  std::optional<Channel> channel;
  std::optional<loop::Exit> exit;
  std::optional<spawn::ExitStatus> ended;
};

}  // namespace proclab::channel
