// tests/ch05 · a reader or writer that dies at any byte: what went through before is there, and no
// more.
#include <gtest/gtest.h>

#include <csignal>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/communicate.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using test::Waiting;

/// Every byte of the first ones, and around each place where the kernel does something else.
std::vector<std::size_t> places() {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < 40; ++i) all.push_back(i);
  for (const std::size_t edge : {4096, 8192, 65536, 131072}) {
    for (const std::size_t i : {edge - 1, edge, edge + 1}) all.push_back(i);
  }
  return all;
}

/// A fork that talks over pipes as a child of start_piped() does, and dies when `part` returns.
template <class Part>
PipedChild fork_piped(Part part) {
  Pipe in = *make_pipe(Async::write), out = *make_pipe(Async::read);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(in.write.get());
    ::close(out.read.get());
    part(in.read.get(), out.write.get());
    ::kill(::getpid(), SIGKILL);
  }
  return {spawn::Process(pid, Handle()), std::move(in.write), std::move(out.read), Handle()};
}

const std::string kText = pattern(200'000);

TEST(Dying, AWriterThatIsKilledAtAnyByte) {
  for (const std::size_t place : places()) {
    const Waiting waiting("a writer that dies");
    PipedChild child = fork_piped([place](int, int out) {
      for (std::size_t at = 0; at < place;) {
        const ssize_t count = ::write(out, kText.data() + at, place - at);
        if (count > 0) at += static_cast<std::size_t>(count);
      }
    });
    const Communicated said = communicate(child, {});
    EXPECT_EQ(said.stop, Stop::ended);
    EXPECT_TRUE(said.output == kText.substr(0, place)) << place << ": " << said.output.size();
    ASSERT_TRUE(said.status);
    EXPECT_EQ(said.status->signal, SIGKILL);
  }
}

TEST(Dying, AReaderThatIsKilledAtAnyByte) {
  for (const std::size_t place : places()) {
    const Waiting waiting("a reader that dies");
    PipedChild child = fork_piped([place](int in, int out) {
      static char got[200'000];
      std::size_t at = 0;
      for (ssize_t count = 1; at < place && count > 0; at += static_cast<std::size_t>(count)) {
        count = ::read(in, got + at, place - at);
      }
      (void)!::write(out, got + at - (at > 0), 1);  // the last byte that it got
    });
    const Communicated said = communicate(child, kText);
    EXPECT_EQ(said.stop, Stop::ended);
    EXPECT_GE(said.fed, place);
    EXPECT_LE(said.fed, place + 2 * 65536);  // what lay in the pipe died with it
    EXPECT_EQ(said.output, std::string(1, place == 0 ? '\0' : kText[place - 1]));
    ASSERT_TRUE(said.status);
    EXPECT_EQ(said.status->signal, SIGKILL);
  }
}

TEST(Dying, TheCallersSigpipeIsAsItWas) {
  const Waiting waiting("a reader that is gone");
  PipedChild child = fork_piped([](int, int) {});
  (void)communicate(child, kText);
  sigset_t pending;
  ::sigpending(&pending);
  EXPECT_EQ(sigismember(&pending, SIGPIPE),
            0);  // that the mask is as it was, the leak guard sees
  struct sigaction now {};
  ::sigaction(SIGPIPE, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST(Dying, SomebodyElsesWaitLosesTheStatusButNotTheOutput) {
  const Waiting waiting("a child that is reaped by a stranger");
  PipedChild child = fork_piped([](int, int out) { (void)!::write(out, "words", 5); });
  ASSERT_EQ(::waitpid(child.process.pid(), nullptr, 0), child.process.pid());
  const Communicated said = communicate(child, {});
  EXPECT_EQ(said.stop, Stop::failed);
  ASSERT_TRUE(said.error);
  EXPECT_EQ(said.error->code, std::errc::no_child_process);
  EXPECT_EQ(said.output, "words");
}

}  // namespace
}  // namespace proclab::pipes
