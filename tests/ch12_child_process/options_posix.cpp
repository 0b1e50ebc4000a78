// tests/ch12 · options and ends that only POSIX has.
#include <algorithm>
#include <csignal>
#include <cstdio>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch12_child_process/exec.h"
#include "tests/ch12_child_process/child.h"
#include "tests/support/gate.h"

namespace proclab::child_process {
namespace {

class PosixOptions : public Children {
 protected:
  /// A line of `probe ids`: "pgid 12".
  static std::string value_of(const Seen& seen, const std::string& name) {
    const std::size_t at = ("\n" + seen.output).find("\n" + name + " ");
    if (at == std::string::npos) return "none";
    const std::size_t begin = at + name.size() + 1;
    return seen.output.substr(begin, seen.output.find('\n', begin) - begin);
  }
};

TEST_F(PosixOptions, DetachedLeadsASessionOfItsOwn) {
  Seen with_us, detached;
  (void)probe(with_us, {"ids"});
  const ChildProcess child = probe(detached, {"ids"}, {.detached = true});
  run("two children");
  EXPECT_EQ(value_of(detached, "sid"), std::to_string(*child.pid()));
  EXPECT_EQ(value_of(with_us, "sid"), std::to_string(::getsid(0)));
  EXPECT_EQ(value_of(with_us, "pgid"), std::to_string(::getpgrp()));
}

TEST_F(PosixOptions, AWholeTreeIsAGroup) {
  Seen seen;
  const ChildProcess child = probe(seen, {"ids"}, {.whole_tree = true});
  run("a child");
  EXPECT_EQ(value_of(seen, "pgid"), std::to_string(*child.pid()));
  EXPECT_EQ(value_of(seen, "sid"), std::to_string(::getsid(0)));
}

TEST_F(PosixOptions, AnotherUser) {
  Seen seen;
  (void)start(seen, "/bin/sh", {"-c", "id -u; id -g; id -G"}, {.uid = 65534, .gid = 65533});
  run("a child of another user");
  if (::geteuid() == 0) {
    EXPECT_EQ(seen.output, "65534\n65533\n65533\n") << (seen.error ? seen.error->message() : "");
  } else {
    EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
    EXPECT_EQ(seen.why(), std::errc::operation_not_permitted);
  }
}

TEST_F(PosixOptions, WhatMayNotBeRunIsAnError) {
  const std::string path = testing::TempDir() + "ch12_no_x_" + std::to_string(::getpid());
  std::fclose(std::fopen(path.c_str(), "w"));
  Seen seen;
  (void)start(seen, path);
  run("nothing");
  std::remove(path.c_str());
  EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
  EXPECT_EQ(seen.why(), std::errc::permission_denied);
}

TEST_F(PosixOptions, TooManyOpenFilesIsAnErrorAndLeaksNothing) {
  std::vector<Handle> taken;
  for (;;) {
    Handle one(::dup(0));
    if (!one) break;
    taken.push_back(std::move(one));
  }
  // One more each time: so every step on the way runs out once.
  Words last;
  for (int room = 0; last != Words{"spawn", "exit 0", "close exit 0"}; ++room) {
    ASSERT_LT(room, 30);
    Seen seen;
    (void)probe(seen, {"exit", "0"});
    run("a child that cannot be started");
    if (seen.error) {
      EXPECT_EQ(seen.words, (Words{"error", "close nothing"}));
      EXPECT_EQ(seen.why(), std::errc::too_many_files_open) << seen.error->message();
    }
    last = seen.words;
    taken.pop_back();
  }
}

TEST_F(PosixOptions, SlotsBeyondTheThirdGoBothWays) {
  Seen seen;
  ChildProcess child = start(seen, "/bin/sh", {"-c", "read x <&4; echo \"got $x\" >&4"},
                             {.stdio = {{}, {}, {}, Stdio::ignore(), Stdio::pipe()}});
  std::string said;
  EXPECT_EQ(child.stdio(3), nullptr);
  EXPECT_EQ(child.stdio(5), nullptr);
  child.stdio(4)->read([&](std::string_view bytes) { said += bytes; });
  child.stdio(4)->write("word\n");
  run("a child that answers");
  EXPECT_EQ(said, "got word\n");
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

TEST_F(PosixOptions, OverlappedIsAPipeLikeOthers) {
  Seen seen;
  ChildProcess child = probe(seen, {"cat"}, {.stdio = Stdio::all(Stdio::overlapped())});
  child.input()->write("there and back");
  child.input()->end();
  run("cat");
  EXPECT_EQ(seen.output, "there and back");
}

TEST_F(PosixOptions, AnInheritedSlotIsOursOfThatNumber) {
  pipes::Pipe ends = std::move(pipes::make_pipe()).value();
  constexpr int kNumber = 9;
  Handle ninth(::dup2(ends.write.get(), kNumber));
  ends.write.close();
  std::vector<Stdio> stdio(kNumber + 1, Stdio::ignore());
  stdio[kNumber] = Stdio::inherit();
  Seen seen;
  (void)start(seen, "/bin/sh", {"-c", "cat; (echo no >&3) 2>&1; echo said >&9"}, {.stdio = stdio});
  run("a child without a stdin");
  EXPECT_EQ(seen.words.back(), "close exit 0") << "an ignored stdin is at its end";
  ninth.close();
  EXPECT_EQ(*pipes::read_all(ends.read.get()), "said\n");
}

TEST_F(PosixOptions, WhatIsForWindowsIsNothingHere) {
  Seen seen;
  (void)probe(seen, {"argv", "a b"}, {.windows_hide = true, .windows_verbatim_arguments = true});
  run("a child");
  EXPECT_NE(seen.output.find("\"a b\"\n"), std::string::npos);
}

TEST_F(PosixOptions, ItsPipesCanBeOpenedByTheirNames) {
  // In Node they are sockets, and this is ENXIO.
  ExecResult result;
  ASSERT_TRUE(exec(loop, "echo out > /dev/stdout; echo err > /dev/stderr", {},
                   [&](const ExecResult& how) { result = how; }));
  run("a shell");
  EXPECT_EQ(result.output, "out\n");
  EXPECT_EQ(result.errors, "err\n");
}

TEST_F(PosixOptions, GetsNoDescriptorThatIsNotItsOwn) {
  Seen seen;
  const pipes::Pipe ours = *pipes::make_pipe();
  (void)probe(seen, {"fds"});
  (void)ours;
  run("a child that lists its descriptors");
  EXPECT_EQ(std::count(seen.output.begin(), seen.output.end(), '\n'), 3) << seen.output;
}

TEST_F(PosixOptions, AStreamOfOursCanBeItsStdout) {
  pipes::Pipe ends = std::move(pipes::make_pipe(pipes::Async::both)).value();
  loop::Stream to = std::move(loop::Stream::open(loop, std::move(ends.write))).value();
  Seen seen;
  (void)probe(seen, {"echo", "by a stream"}, {.stdio = {{}, Stdio::stream(to)}});
  run("a child");
  to.close();
  EXPECT_EQ(*pipes::read_all(ends.read.get()), "by a stream\n");
}

TEST_F(PosixOptions, AChildThatCatchesTheSignalSaysItsLastWords) {
  test::Gate gate;
  Seen seen;
  ChildProcess child =
      probe(seen, {"trap", "TERM", "3"},
            {.stdio = {{}, {}, {}, Stdio::handle(gate.opener())}, .whole_tree = true});
  ASSERT_TRUE(gate.wait());
  EXPECT_EQ(child.kill().value(), true);
  run("a child that catches it");
  EXPECT_EQ(seen.output, "caught 15\n");
  EXPECT_EQ(seen.words.back(), "close exit 0") << "killed is not dead of it";
  EXPECT_TRUE(child.killed());
}

TEST_F(PosixOptions, AStoppedTreeHeedsItsEnd) {
  Seen seen;
  ChildProcess child = probe(seen, {"stdin-eof"}, {.whole_tree = true});
  ASSERT_EQ(::kill(*child.pid(), SIGSTOP), 0);
  EXPECT_EQ(child.kill().value(), true);
  run("a child that was stopped");
  EXPECT_EQ(seen.words.back(), "close signal 15");
}

TEST_F(PosixOptions, WhoFledAndFloodsDelaysNobody) {
  ExecResult result;
  ASSERT_TRUE(exec(loop, "setsid yes & wait", {.max_buffer = 1000},
                   [&](const ExecResult& how) { result = how; }));
  run("a shell whose child has left the group, and writes for ever");
  EXPECT_EQ(result.output.size(), 1000U);
  EXPECT_EQ(result.status->signal, SIGTERM);
}

TEST_F(PosixOptions, AStrangeSignalIsAnError) {
  Seen seen;
  ChildProcess child = probe(seen, {"stdin-eof"});
  EXPECT_EQ(child.kill(12345).error().code, std::errc::invalid_argument);
  EXPECT_FALSE(child.killed());
  EXPECT_EQ(child.kill(SIGHUP).value(), true);
  run("a child");
  EXPECT_EQ(seen.words.back(), "close signal 1");
}

TEST_F(PosixOptions, WhoIsBuriedByAnotherIsAnErrorAndCloses) {
  for (const bool tree : {false, true}) {
    ::signal(SIGCHLD, SIG_IGN);  // the kernel buries, and nobody learns how it ended
    Seen seen;
    (void)probe(seen, {"exit", "3"}, {.whole_tree = tree});
    run("a child that the kernel buries");
    ::signal(SIGCHLD, SIG_DFL);
    EXPECT_EQ(seen.words, (Words{"spawn", "error", "close nothing"}));
    EXPECT_EQ(seen.why(), std::errc::no_child_process);
  }
}

TEST_F(PosixOptions, ALoopThatEndsFirstLeavesNothingBehind) {
  for (const bool tree : {false, true}) {
    std::optional<loop::Loop> brief(std::move(loop::Loop::open()).value());
    Result<ChildProcess> child =
        spawn(*brief, test::program("probe"), {"exit", "0"}, {.whole_tree = tree});
    bool told = false;
    child->on().close = [&told, held = *child](const auto&) { told = true; };
    child->output()->read([held = *child](std::string_view) {});
    siginfo_t info;
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(*child->pid()), &info, WEXITED | WNOWAIT), 0);
    brief.reset();
    EXPECT_FALSE(told);
    EXPECT_FALSE(child->input()->is_open());
    child->input()->write("to nobody");
  }
}

TEST_F(PosixOptions, WhatIsNoMessageIsAnErrorAndTheEndOfTheChannel) {
  Seen seen;
  ChildProcess child = start(seen, "/bin/sh", {"-c", "echo '{ junk' >&3; read x; exit 4"},
                             {.stdio = {{}, {}, {}, Stdio::ipc()}});
  until("the end of the channel", [&] { return !child.connected(); });
  EXPECT_EQ(seen.words, (Words{"spawn", "error", "disconnect"}));
  EXPECT_EQ(seen.why(), std::errc::bad_message);
  child.input()->end();
  run("the child, which lives on");
  EXPECT_EQ(seen.words.back(), "close exit 4");
}

TEST_F(PosixOptions, CloseComesAlsoWhenOurLastWordsAreNeverRead) {
  Seen seen;
  ChildProcess child =
      start(seen, "/bin/sh", {"-c", "read x; exit 0"}, {.stdio = {{}, {}, {}, Stdio::ipc()}});
  ASSERT_TRUE(child.send(std::string(1 << 20, 'x')));  // more than the channel holds
  ASSERT_TRUE(child.disconnect());
  until("what fits", [&] { return !seen.words.empty(); });
  child.input()->end();
  run("a child that never listened");
  EXPECT_EQ(std::count(seen.words.begin(), seen.words.end(), "disconnect"), 1);
  EXPECT_EQ(seen.words.back(), "close exit 0");
}

}  // namespace
}  // namespace proclab::child_process
