// tests/ch12 · a child, and all that it told, in order.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch12_child_process/child_process.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::child_process {

using Words = std::vector<std::string>;

inline const std::string kProbe = test::program("probe");

/// What a child has told. Let it stand still: the child's callbacks point to it.
struct Seen {
  Seen() = default;
  Seen(const Seen&) = delete;
  void watch(ChildProcess& child) {
    child.on().spawn = [this] { words.emplace_back("spawn"); };
    child.on().error = [this](const Error& why) { words.emplace_back("error"), error = why; };
    child.on().exit = [this](const ExitStatus& how) {
      words.push_back(how.text());
      if (on_exit) on_exit();
    };
    child.on().close = [this](const std::optional<ExitStatus>& how) {
      words.push_back("close " + (how ? how->text() : "nothing"));
    };
    child.on().disconnect = [this] { words.emplace_back("disconnect"); };
    child.on().message = [this](channel::Message one) {
      messages.push_back(one.value);
      if (on_message) on_message(one.value);
    };
    read(child.output(), output);
    read(child.errors(), errors);
  }
  /// Lines that end as they do here.
  [[nodiscard]] std::string lines() const { return test::unix_lines(output); }

  [[nodiscard]] std::error_code why() const { return error ? error->code : std::error_code{}; }

  Words words;  // "spawn", "exit 0", "close exit 0"
  std::string output, errors;
  std::optional<Error> error;
  std::vector<channel::Value> messages;
  std::function<void()> on_exit;
  std::function<void(const channel::Value&)> on_message;

 private:
  static void read(PipeEnd* pipe, std::string& text) {
    if (pipe != nullptr) pipe->read([&text](std::string_view bytes) { text += bytes; });
  }
};

class Children : public testing::Test {
 protected:
  /// A child that is watched; it has to start, or to be refused by the system.
  ChildProcess start(Seen& seen, const std::string& file, std::vector<std::string> args = {},
                     const Options& options = {}) {
    Result<ChildProcess> child = spawn(loop, file, std::move(args), options);
    EXPECT_TRUE(child) << child.error().message();
    seen.watch(*child);
    return *child;
  }
  ChildProcess probe(Seen& seen, std::vector<std::string> args, const Options& options = {}) {
    return start(seen, kProbe, std::move(args), options);
  }
  /// Runs until nothing is left, with a name for what hangs.
  void run(const std::string& for_whom) {
    const test::Waiting waiting(for_whom);
    const Result<bool> ran = loop.run();
    ASSERT_TRUE(ran) << ran.error().message();
  }
  void until(const std::string& for_whom, const std::function<bool()>& so) {
    const test::Waiting waiting(for_whom);
    while (!so())
      ASSERT_TRUE(*loop.turn() || so()) << "nothing is left that could bring " << for_whom;
  }
  /// A parent that starts a grandchild, which holds stdout until its stdin (the parent's) ends;
  /// says so, and exits.
  struct Command {
    std::string file;
    std::vector<std::string> args;
  };
  static Command leaves_a_grandchild() {
    if (kWindows) return {test::program("kin"), {"parent"}};
    return {"/bin/sh",
            {"-c", "exec 3<&0; \"$0\" stdin-eof <&3 3<&- & echo started; exit 7",
             test::program("probe")}};
  }

  loop::Loop loop = std::move(loop::Loop::open()).value();
};

}  // namespace proclab::child_process
