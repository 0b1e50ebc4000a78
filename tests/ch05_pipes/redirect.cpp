// tests/ch05 · what <, >, >> and <<< open, as a child sees it.
#include "chapters/ch05_pipes/redirect.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using spawn::Slot;
using test::Waiting;

class RedirectTest : public testing::Test {
 protected:
  RedirectTest() {
    const testing::TestInfo* const about = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() /
              ("ch05 " + std::string(about->name()) + " " +
               std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()));
    std::filesystem::create_directory(folder_);
  }
  ~RedirectTest() override {
    std::error_code none;
    std::filesystem::remove_all(folder_, none);
  }
  [[nodiscard]] std::string path(const std::string& name) const {
    return (folder_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return path(name);
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ostringstream all;
    all << std::ifstream(folder_ / name, std::ios::binary).rdbuf();
    return test::unix_lines(all.str());
  }
  static spawn::ExitStatus run(spawn::Options options, std::vector<Slot> slots) {
    const Waiting waiting(options.args.front());
    options.slots = std::move(slots);
    Result<spawn::Process> child = spawn::start(options);
    EXPECT_TRUE(child) << child.error().message();
    return *child->wait();
  }

 private:
  std::filesystem::path folder_;
};
using Redirection = RedirectTest;

TEST_F(Redirection, ReadsFromAFile) {
  const Result<Handle> in = open_file(write("in", "from a file\n"), Redirect::read);
  const Result<Handle> out = open_file(path("out"), Redirect::truncate);
  ASSERT_TRUE(in && out);
  EXPECT_TRUE(run(probe({"cat"}), {Slot::from(0, in->get()), Slot::from(1, out->get())}).success());
  EXPECT_EQ(text("out"), "from a file\n");
}

TEST_F(Redirection, TruncateMakesTheFileOrEmptiesIt) {
  for (const char* word : {"a longer text", "short"}) {
    const Result<Handle> out = open_file(path("out"), Redirect::truncate);
    ASSERT_TRUE(out);
    EXPECT_EQ(text("out"), "");  // already now: the program has not even been started
    EXPECT_TRUE(run(probe({"echo", word}), {Slot::from(1, out->get())}).success());
    EXPECT_EQ(text("out"), std::string(word) + "\n");
  }
}

TEST_F(Redirection, AppendGoesToTheEndWhateverOthersWroteMeanwhile) {
  write("log", "0\n");
  const Result<Handle> one = open_file(path("log"), Redirect::append);
  const Result<Handle> two = open_file(path("log"), Redirect::append);
  ASSERT_TRUE(one && two);
  run(probe({"echo", "1"}), {Slot::from(1, one->get())});
  run(probe({"echo", "2"}), {Slot::from(1, two->get())});
  run(probe({"echo", "3"}), {Slot::from(1, one->get())});
  EXPECT_EQ(text("log"), "0\n1\n2\n3\n");
}

TEST_F(Redirection, TwoTruncatingHandlesWriteOverEachOtherAndOneSharedDoesNot) {
  const Result<Handle> one = open_file(path("twice"), Redirect::truncate);
  const Result<Handle> two = open_file(path("twice"), Redirect::truncate);
  ASSERT_TRUE(one && two);
  run(probe({"echo", "first"}), {Slot::from(1, one->get())});
  run(probe({"echo", "2nd"}), {Slot::from(1, two->get())});
  EXPECT_NE(text("twice"), "first\n2nd\n");  // UNSAFE: what `> log 2> log` does

  const Result<Handle> shared = open_file(path("shared"), Redirect::truncate);
  ASSERT_TRUE(shared);
  run(probe({"echo", "first"}), {Slot::from(1, shared->get())});
  run(probe({"echo", "2nd"}), {Slot::from(1, shared->get())});
  EXPECT_EQ(text("shared"), "first\n2nd\n");
}

TEST_F(Redirection, OutputAndErrorsIntoOne) {
  const Result<Handle> log = open_file(path("log"), Redirect::truncate);
  ASSERT_TRUE(log);
  const std::vector<Slot> both = {Slot::from(1, log->get()), Slot::from(2, log->get())};
  run(probe({"flood", "10"}), both);
  run(probe({"flood", "5", "--stderr"}), both);
  EXPECT_EQ(text("log"), "012345678901234");
}

TEST_F(Redirection, SaysWhyNot) {
  EXPECT_EQ(open_file(path("nowhere"), Redirect::read).error().code,
            std::errc::no_such_file_or_directory);
  EXPECT_EQ(open_file(path("no/folder"), Redirect::truncate).error().code,
            std::errc::no_such_file_or_directory);
  EXPECT_EQ(open_file(std::string("a\0b", 3), Redirect::append).error().code,
            std::errc::invalid_argument);
  const Error folder = open_file(path(""), Redirect::truncate).error();
  EXPECT_TRUE(folder.code == std::errc::is_a_directory ||
              folder.code == std::errc::permission_denied ||
              folder.code == std::errc::no_such_file_or_directory)
      << folder.message();
}

TEST(HereString, IsReadFromItsBeginningByWhoeverComes) {
  const Waiting waiting("a text that is there already");
  for (const std::size_t size : {0, 1, 4096, 1'000'000}) {
    const std::string sent = pattern(size);
    const Result<Handle> text = here_string(sent);
    ASSERT_TRUE(text) << text.error().message();
    EXPECT_TRUE(*read_all(text->get()) == sent);
  }
}

TEST(HereString, IsAChildsStdin) {
  const Waiting waiting("a child that copies its stdin");
  const Result<Handle> text = here_string("a here-string\n");
  Pipe pipe = *make_pipe();
  spawn::Options child = probe({"cat"});
  child.slots = {Slot::from(0, text->get()), Slot::from(1, pipe.write.get())};
  Result<spawn::Process> process = spawn::start(child);
  ASSERT_TRUE(process);
  pipe.write.close();
  EXPECT_EQ(*read_all(pipe.read.get()), "a here-string\n");
  EXPECT_TRUE(process->wait()->success());
}

}  // namespace
}  // namespace proclab::pipes
