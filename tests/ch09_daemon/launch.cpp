// tests/ch09 · launch: the starter knows whether the daemon serves, and why not.
#include "chapters/ch09_daemon/launch.h"

#include <gtest/gtest.h>

#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"

namespace proclab::daemon {
namespace {

using test::Waiting;

/// The error of a daemon that cannot serve; and nothing of it is left.
Error failure_of(const std::vector<std::string>& args, Deadline ready_by = soon()) {
  const NoDaemonLeft guard;
  Result<spawn::Process> daemon = launch(actor(args), ready_by);
  if (!daemon) return daemon.error();
  (void)daemon->kill(spawn::kKill);
  (void)daemon->wait();
  return make_error("", std::errc::interrupted, "it was ready");
}

TEST(Launch, ReturnsWhenItServes) {
  const NoDaemonLeft guard;
  const Waiting waiting("a daemon that gets ready");
  Result<spawn::Process> daemon = launch(actor({"ready"}), soon());
  ASSERT_TRUE(daemon) << daemon.error().message();
  EXPECT_EQ(daemon->try_wait().value(), std::nullopt);
  EXPECT_TRUE(daemon->kill(spawn::kTerminate));
  const Result<spawn::ExitStatus> end = daemon->wait();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->text(), kWindows ? "signal 15" : "exit 0");
}

TEST(Launch, GivesTheDaemonsOwnReason) {
  const Waiting waiting("a daemon that cannot serve");
  const Error why = failure_of({"fail"});
  EXPECT_EQ(why.code, std::errc::address_in_use);
  EXPECT_NE(why.detail.find("port 80 READY=1"), std::string::npos)
      << "a line end in the reason must not make a word of it: " << why.detail;
}

TEST(Launch, DeathWithoutAWordIsAnErrorWithItsStatus) {
  const Waiting waiting("a daemon that dies");
  const Error why = failure_of({"silent", "42"});
  EXPECT_EQ(why.code, std::errc::no_such_process);
  EXPECT_NE(why.detail.find("exit 42"), std::string::npos) << why.detail;
  EXPECT_EQ(failure_of({"silent", "0"}).code, std::errc::no_such_process)
      << "exit 0 is no success of a daemon";
}

TEST(Launch, AClosedPipeWithoutAWordIsAnErrorAndItIsKilled) {
  const Waiting waiting("a daemon that says nothing");
  EXPECT_EQ(failure_of({"mute"}).code, std::errc::protocol_error);
}

TEST(Launch, ADeadlineEndsIt) {
  const Waiting waiting("a daemon that never gets ready");
  // How long a process takes to start is nobody's promise: a daemon that had no time to speak gets twice as much.
  std::string far;
  for (Milliseconds patience(100); far.empty() && patience < Milliseconds(60'000); patience *= 2) {
    const Error why = failure_of({"late"}, Deadline::after(patience));
    ASSERT_EQ(why.code, std::errc::timed_out);
    far = why.detail;
  }
  EXPECT_EQ(far, "still reading") << "how far it was";
}

TEST(Launch, ATalkerIsCutOff) {
  const Waiting waiting("a daemon that talks without an end");
  EXPECT_EQ(failure_of({"babble"}).code, std::errc::protocol_error);
}

TEST(Launch, AProgramThatIsNotThere) {
  spawn::Options nobody;
  nobody.file = "./no-such-daemon";
  EXPECT_EQ(launch(nobody, soon()).error().code, std::errc::no_such_file_or_directory);
}

TEST(WordsTest, AreReadLineByLineHoweverTheyCome) {
  const std::string all = "STATUS=half\nX=1\nERRNO=98\nMAINPID=4711\nnonsense\nREADY=1\nSTATUS=do";
  for (std::size_t piece = 1; piece <= all.size(); ++piece) {
    Words words;
    std::string text;
    for (std::size_t at = 0; at < all.size(); at += piece) {
      text += all.substr(at, piece);
      take_lines(text, words);
    }
    EXPECT_TRUE(words.ready);
    EXPECT_EQ(words.status, "half");
    EXPECT_EQ(words.error, 98);
    EXPECT_EQ(words.main_pid, 4711U);
    EXPECT_EQ(text, "STATUS=do");
  }
  Words words;
  std::string text = "READY=0\nREADY\nERRNO=many\n";
  take_lines(text, words);
  EXPECT_FALSE(words.ready);
  EXPECT_EQ(words.error, 0);
}

}  // namespace
}  // namespace proclab::daemon
