// tests/ch12 · what Windows has otherwise, and what it lacks.
#include <cstdio>

#include "chapters/ch12_child_process/fork.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

class WindowsOptions : public Children {};

TEST_F(WindowsOptions, WhatItLacksIsNamed) {
  for (const Options& options : {Options{.uid = 1000}, Options{.gid = 1000}}) {
    const Result<ChildProcess> child = spawn(loop, test::program("probe"), {}, options);
    ASSERT_FALSE(child);
    EXPECT_EQ(child.error().code, std::errc::not_supported);
    EXPECT_NE(child.error().message().find("uid"), std::string::npos) << child.error().message();
  }
  const Options beyond{.stdio = {{}, {}, {}, Stdio::inherit()}};
  EXPECT_EQ(spawn(loop, test::program("probe"), {}, beyond).error().code,
            std::errc::invalid_argument)
      << "only 0-2 can be inherited by number";
}

TEST_F(WindowsOptions, ASignalThatItDoesNotKnowIsAnError) {
  Seen seen;
  ChildProcess child = probe(seen, {"stdin-eof"});
  EXPECT_EQ(child.kill(1).error().code, std::errc::function_not_supported);
  EXPECT_FALSE(child.killed());
  EXPECT_EQ(child.kill(proclab::spawn::kInterrupt).value(), true);
  run("a child");
  EXPECT_EQ(seen.words.back(), "close signal 2");
}

TEST_F(WindowsOptions, ABatchFileIsRefused) {
  const std::string path = testing::TempDir() + "ch12_batch.bat";
  std::fclose(std::fopen(path.c_str(), "w"));
  const Result<ChildProcess> child = spawn(loop, path, {"\"&calc.exe"});
  std::remove(path.c_str());
  ASSERT_FALSE(child);
  EXPECT_EQ(child.error().code, std::errc::invalid_argument);
}

TEST_F(WindowsOptions, ArgumentsGoAsTheyAreWhenAskedFor) {
  Seen quoted, verbatim;
  (void)probe(quoted, {"argv", "a b"});
  (void)probe(verbatim, {"argv", "a b"},
              {.windows_hide = true, .windows_verbatim_arguments = true});
  run("two children");
  EXPECT_NE(quoted.lines().find("\"a b\"\n"), std::string::npos);
  EXPECT_NE(verbatim.lines().find("\"a\"\n\"b\"\n"), std::string::npos);
}

TEST_F(WindowsOptions, SlotsBeyondTheThirdGoBothWays) {
  for (const Stdio& kind : {Stdio::pipe(), Stdio::overlapped()}) {
    Seen seen;
    ChildProcess child = probe(seen, {"exit", "0"}, {.stdio = {{}, {}, {}, kind}});
    bool ended = false;
    ASSERT_NE(child.stdio(3), nullptr);
    child.stdio(3)->read([](std::string_view) {}, [&](const auto&) { ended = true; });
    run("a child with four pipes");
    EXPECT_TRUE(ended);
    EXPECT_EQ(seen.words.back(), "close exit 0");
  }
}

}  // namespace
}  // namespace proclab::child_process
