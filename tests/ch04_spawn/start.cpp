// tests/ch04 · start(): what is promised on every system, by every strategy, when all goes well.
#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;
using Texts = std::vector<std::string>;

class Start : public EachStrategy {};
INSTANTIATE_TEST_SUITE_P(By, Start, testing::ValuesIn(strategies()), name_of_strategy);

bool has(const Texts& all, const std::string& line) {
  return std::find(all.begin(), all.end(), line) != all.end();
}

TEST_P(Start, GivesTheExitCodeBack) {
  for (unsigned code : {0U, 1U, 3U, 127U, 255U}) {
    EXPECT_EQ(run_to_end(options(program("probe"), {"exit", std::to_string(code)})),
              (ExitStatus{code, 0, false}));
  }
}

TEST_P(Start, HandsArgumentsOverByteForByte) {
  const Texts args = {"",     "plain",        "two words", "\"quoted\"", "back\\slash\\",
                      "\\\"", "a\nb\tc\rd",   "你好 🌍",    "'single'",   "*?[x]$HOME%PATH%",
                      "--",   "trailing\\\\", ""};
  const Outcome ran = capture(options(program("probe"), [&] {
    Texts all = {"argv"};
    all.insert(all.end(), args.begin(), args.end());
    return all;
  }()));
  Texts want = {program("probe"), "argv"};
  want.insert(want.end(), args.begin(), args.end());
  EXPECT_EQ(ran.texts(), want);
}

TEST_P(Start, TellsTheProgramTheNameItWasGiven) {
  Options all = options(program("probe"), {"argv"});
  all.argv0 = "-some shell 你好";
  EXPECT_EQ(capture(all).texts(), (Texts{"-some shell 你好", "argv"}));
  all.argv0 = "";
  EXPECT_EQ(capture(all).texts(), (Texts{"", "argv"}));
}

TEST_P(Start, LooksForANameInTheChildsPath) {
  const Folder folder;
  folder.copy_program("probe", "some-tool");
  Options all = options("some-tool", {"echo", "found"});
  EXPECT_EQ(start(all).error().code, std::errc::no_such_file_or_directory);
  const std::string separator = kWindows ? ";" : ":";
  all.env.changes = {{"PATH", "/no/such/place" + separator + folder.path()}};
  EXPECT_EQ(capture(all).out, "found\n");
  // The first that is there, not the last.
  const Folder other;
  other.copy_program("probe", "some-tool");
  all.args = {"argv"};
  all.argv0 = std::nullopt;
  all.env.changes = {{"PATH", other.path() + separator + folder.path()}};
  EXPECT_EQ(capture(all).texts(), (Texts{"some-tool", "argv"}));
}

TEST_P(Start, LooksNowhereElseForAPath) {
  const Folder folder;
  folder.copy_program("probe", "tool");
  Options all = options("./tool", {"exit", "4"});
  all.env.changes = {{"PATH", folder.path()}};
  EXPECT_EQ(start(all).error().code, std::errc::no_such_file_or_directory);
  all.cwd = folder.path();  // a relative file is relative to the child's directory
  EXPECT_EQ(run_to_end(all).code, 4U);
}

TEST_P(Start, StartsInTheDirectoryItIsTold) {
  const Folder folder;
  const std::string inner = folder.folder("inner");
  Options all = options(program("probe"), {"cwd"});
  all.cwd = inner;
  const std::string out = capture(all).out;
  EXPECT_TRUE(out.size() > 6 && out.substr(out.size() - 6) == "inner\n") << out;
  all.cwd.clear();
  EXPECT_NE(capture(all).out, out);
}

TEST_P(Start, InheritsExtendsReplacesAndRemovesTheEnvironment) {
  set_env("PROCLAB_KEPT", "as it was");
  Options all = options(program("probe"), {"env"});
  Texts texts = capture(all).texts();
  EXPECT_TRUE(has(texts, "PROCLAB_KEPT=as it was"));

  all.env.changes = {{"PROCLAB_NEW", "你好=🌍"}, {"PROCLAB_EMPTY", ""}};
  texts = capture(all).texts();
  EXPECT_TRUE(has(texts, "PROCLAB_KEPT=as it was"));
  EXPECT_TRUE(has(texts, "PROCLAB_NEW=你好=🌍"));
  EXPECT_TRUE(kWindows || has(texts, "PROCLAB_EMPTY="));

  all.env.changes = {{"PROCLAB_KEPT", std::nullopt}};
  EXPECT_FALSE(has(capture(all).texts(), "PROCLAB_KEPT=as it was"));

  all.env = {true, {{"B", "2"}, {"A", "1"}, {"B", "3"}}};
  texts = capture(all).texts();
  if (kWindows) {
    // SYSTEMROOT, which start() adds, and what Wine adds to every environment.
    std::erase_if(texts, [](const std::string& line) {
      return line[0] == 'S' || line[0] == 'W' || line[0] == '=';
    });
  }
  EXPECT_EQ(texts, (Texts{"A=1", "B=3"}));
  set_env("PROCLAB_KEPT", std::nullopt);
}

TEST_P(Start, PutsAHandleAtASlot) {
  PipeEnds in = make_pipe();
  Options all = options(program("probe"), {"cat"});
  all.slots = {Slot::from(0, in.read.get())};
  feed(in.write, "through the pipe\n");
  in.write.close();
  EXPECT_EQ(capture(all).out, "through the pipe\n");
  EXPECT_TRUE(in.read) << "the source stays its owner's";
}

TEST_P(Start, OneSourceMayStandAtTwoSlots) {
  PipeEnds pipe = make_pipe();
  for (const char* where : {"", "--stderr"}) {
    Options all = options(program("probe"), {"flood", "10", where});
    all.slots = {Slot::from(1, pipe.write.get()), Slot::from(2, pipe.write.get())};
    EXPECT_EQ(run_to_end(all).code, 0U);
  }
  pipe.write.close();
  EXPECT_EQ(drain(pipe.read), "01234567890123456789");
}

TEST_P(Start, NullReadsNothingAndSwallowsAll) {
  Options all = options(program("probe"), {"stdin-eof"});
  all.slots = {Slot::null(0)};
  EXPECT_EQ(run_to_end(all).code, 0U);
  all.args = {"flood", "100000"};
  all.slots = {Slot::null(0), Slot::null(1), Slot::null(2)};
  EXPECT_EQ(run_to_end(all).code, 0U);
}

TEST_P(Start, AClosedSlotCannotBeWritten) {
  Options all = options(program("probe"), {"echo", "lost"});
  all.slots = {Slot::closed(1)};
  EXPECT_EQ(run_to_end(all).code, 1U);
}

TEST_P(Start, EightThreadsStartAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < (kWindows ? 3 : 25); ++i) {
        const std::string text = std::to_string(t) + "." + std::to_string(i);
        EXPECT_EQ(capture(options(program("probe"), {"echo", text})).out, text + "\n");
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace proclab::spawn
