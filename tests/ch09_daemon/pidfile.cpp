// tests/ch09 · the pidfile, on every system: the lock decides, the file does not.
#include "chapters/ch09_daemon/pidfile.h"

#include <gtest/gtest.h>

#include "chapters/ch09_daemon/control.h"
#include "tests/ch09_daemon/scene.h"
#include "tests/support/deadline.h"

namespace proclab::daemon {
namespace {

using test::Waiting;
using What = Standing::What;

std::string first_word(const std::string& text) {
  return text.substr(0, text.find_first_of(" \n"));
}

TEST(PidFileTest, SaysWhoHoldsIt) {
  const Waiting waiting("an actor that holds the file");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  EXPECT_EQ(look_at(file)->what, What::absent);
  Actor holder = act({"hold", file});
  EXPECT_EQ(holder.line(), "won");
  const Result<Standing> standing = look_at(file);
  ASSERT_TRUE(standing);
  EXPECT_EQ(standing->what, What::held);
  EXPECT_EQ(standing->pid, holder.process.pid());
  EXPECT_EQ(first_word(read_file(file)), std::to_string(holder.process.pid()));
  EXPECT_TRUE(holder.end().success());
  EXPECT_EQ(look_at(file)->what, What::absent) << "who leaves in peace removes it";
}

TEST(PidFileTest, ASecondOneLosesAndIsToldToWhom) {
  const Waiting waiting("an actor that holds the file");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  Actor holder = act({"hold", file});
  ASSERT_EQ(holder.line(), "won");
  const Result<PidFile> second = PidFile::take(file);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::device_or_resource_busy);
  EXPECT_NE(second.error().detail.find(std::to_string(holder.process.pid())), std::string::npos)
      << second.error().detail;
  holder.end();
  EXPECT_TRUE(PidFile::take(file));
}

TEST(PidFileTest, AFileThatAKilledHolderLeftIsStaleAndCanBeTaken) {
  const Waiting waiting("a killed actor");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  Actor holder = act({"hold", file});
  ASSERT_EQ(holder.line(), "won");
  holder.kill();
  EXPECT_TRUE(exists(file)) << "that is why a file's existence says nothing";
  EXPECT_EQ(look_at(file)->what, What::stale);
  EXPECT_FALSE(Holder::find(file)->has_value());
  Actor next = act({"hold", file});
  EXPECT_EQ(next.line(), "won");
  EXPECT_EQ(look_at(file)->pid, next.process.pid());
  next.end();
}

TEST(PidFileTest, WhatTheFileSaysIsNotBelieved) {
  const Waiting waiting("an actor that holds the file");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  for (const std::string text :
       {"", "1\n", "-1\n", "0\n", "99999999999999999999\n", "rm -rf /\n", "4 4\n", "\n\n\n"}) {
    write_file(file, text);
    const Result<Standing> standing = look_at(file);
    ASSERT_TRUE(standing) << text;
    EXPECT_EQ(standing->what, What::stale) << text;
    EXPECT_FALSE(Holder::find(file)->has_value()) << text;
    EXPECT_EQ(*stop(file, Milliseconds(0)), Stopped::was_not_running) << text;
  }
  write_file(file, std::string(100'000, '7'));
  Actor holder = act({"hold", file});
  EXPECT_EQ(holder.line(), "won");
  EXPECT_EQ(first_word(read_file(file)), std::to_string(holder.process.pid()));
  EXPECT_EQ(look_at(file)->pid, holder.process.pid());
  holder.end();
}

TEST(PidFileTest, AFolderIsNoPidfile) {
  const Folder folder;
  const Result<PidFile> taken = PidFile::take(folder.path());
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, std::errc::is_a_directory);
  EXPECT_EQ(PidFile::take(folder.file("no/d.pid")).error().code,
            std::errc::no_such_file_or_directory);
  EXPECT_EQ(PidFile::take(folder.file(std::string("d\0e", 3))).error().code,
            std::errc::invalid_argument);
}

TEST(PidFileTest, MovesAndLeavesOnce) {
  const Folder folder;
  const std::string a = folder.file("a.pid"), b = folder.file("b.pid");
  PidFile first = PidFile::take(a).value();
  PidFile second = PidFile::take(b).value();
  EXPECT_TRUE(first.in_place());
  first = std::move(second);  // lets a go
  EXPECT_FALSE(exists(a));
  EXPECT_TRUE(exists(b));
  first.release();
  EXPECT_FALSE(exists(b));
  EXPECT_FALSE(first.in_place());
}

TEST(Stop, AsksAndWaitsAndClears) {
  const NoDaemonLeft guard;
  const Waiting waiting("an actor that stops for nobody");
  const Folder folder;
  const std::string file = folder.file("d.pid");
  EXPECT_EQ(*stop(file, Milliseconds(0)), Stopped::was_not_running);
  Actor holder = act({"deaf", file});
  ASSERT_EQ(holder.line(), "won");
  const Result<Stopped> how = stop(file, Milliseconds(50));
  ASSERT_TRUE(how) << how.error().message();
  EXPECT_EQ(*how, Stopped::killed);
  EXPECT_EQ(look_at(file)->what, What::absent) << "and what it left is removed";
  (void)holder.process.wait();
}

}  // namespace
}  // namespace proclab::daemon
