// Tests of chapter 1 · endings: each way to end, and what still arrived. The patient is
// ch01_ending: each of its objects and handlers says one line, without a buffer, when it runs.
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "chapters/ch01_process/ending.h"
#include "tests/support/run.h"

using namespace proclab;

namespace {

test::Ran end_by(const std::string& how, const std::string& code = "0") {
  return test::run({test::program("ch01_ending"), how, code});
}

/// What ran, in its order. A: automatic object, T: thread_local, 2 and 1: atexit handlers, S: the
/// static made between them, F: static of the file, q and Q: at_quick_exit handlers 2 and 1, E: the
/// atexit handler that calls exit, B: the text in stdio's buffer.
std::string arrived(const test::Ran& ran) {
  static const std::pair<const char*, char> kMarks[] = {
      {"automatic object", 'A'},        {"thread_local of", 'T'},
      {"atexit handler 2", '2'},        {"atexit handler 1", '1'},
      {"static made between", 'S'},     {"static of the file", 'F'},
      {"at_quick_exit handler 2", 'q'}, {"at_quick_exit handler 1", 'Q'},
      {"atexit handler 3", 'E'},        {"text in stdio's", 'B'}};
  std::string order;
  for (std::size_t at = 0; at < ran.out.size();) {
    for (const auto& [mark, letter] : kMarks) {
      if (ran.out.compare(at, std::string(mark).size(), mark) == 0) order += letter;
    }
    const std::size_t end = ran.out.find('\n', at);
    at = end == std::string::npos ? ran.out.size() : end + 1;
  }
  return order;
}

constexpr int kSkipped = 77;  // the patient says why: ThreadSanitizer has an abort() of its own

/// mingw-w64 destroys main's thread_local objects with the statics; the Itanium ABI's exit() first.
constexpr const char* kAtExit = kWindows ? "2S1TFB" : "T2S1FB";

}  // namespace

TEST(Endings, ReturnFromMainRunsEverything) {
  const auto ran = end_by("return", "5");
  EXPECT_EQ(arrived(ran), std::string("A") + kAtExit) << ran.out;
  EXPECT_EQ(ran.code, 5);
}

TEST(Endings, ExitRunsAllButAutomaticObjects) {
  const auto ran = end_by("exit", "5");
  EXPECT_EQ(arrived(ran), kAtExit) << ran.out;
  EXPECT_EQ(ran.code, 5);
}

TEST(Endings, HandlersAndStaticsRunInReverseOrderOfTheirMaking) {
  const std::string order = arrived(end_by("exit"));
  EXPECT_LT(order.find('2'), order.find('S'));
  EXPECT_LT(order.find('S'), order.find('1'));
  EXPECT_LT(order.find('1'), order.find('F'));
}

TEST(Endings, UnderscoreExitRunsNothing) {
  const auto ran = end_by("_Exit", "5");
  EXPECT_EQ(arrived(ran), kWindows ? "B" : "") << ran.out;  // Wine's msvcrt flushes when unloaded
  EXPECT_EQ(ran.code, 5);
}

TEST(Endings, QuickExitRunsItsOwnHandlersOnly) {
  const auto ran = end_by("quick_exit", "5");
  EXPECT_EQ(arrived(ran), kWindows ? "B" : "qQ") << ran.out;
  EXPECT_EQ(ran.code, kWindows ? 0 : 5);
}

TEST(Endings, AbortRunsNothing) {
  const auto ran = end_by("abort");
  if (ran.code == kSkipped) GTEST_SKIP() << ran.out;
  EXPECT_EQ(arrived(ran), kWindows ? "B" : "") << ran.out;
  EXPECT_EQ(ran.signal, kWindows ? 0 : 6);
  EXPECT_EQ(ran.code, kWindows ? 3 : -1);
}

TEST(Endings, AnUncaughtExceptionEndsLikeAbortWithoutUnwinding) {
  const auto ran = end_by("throw");
  if (ran.code == kSkipped) GTEST_SKIP() << ran.out;
  EXPECT_EQ(arrived(ran), kWindows ? "B" : "") << ran.out;
  EXPECT_EQ(ran.signal, kWindows ? 0 : 6);
  EXPECT_NE(ran.err.find("nobody catches this"), std::string::npos) << ran.err;
}

TEST(Endings, KilledFromOutsideNothingRuns) {
  const auto ran = end_by("kill");
  EXPECT_EQ(arrived(ran), "") << ran.out;
  EXPECT_EQ(ran.signal, kWindows ? 0 : 9);
  EXPECT_EQ(ran.code, kWindows ? 1 : -1);
}

TEST(Endings, ExitWithinAnAtexitHandlerTakesTheNewCode) {
  const auto ran = end_by("exit-in-atexit");
  EXPECT_EQ(ran.code, 7);
  // glibc goes on with the handlers that are left; msvcrt under Wine forgets them.
  EXPECT_EQ(arrived(ran), kWindows ? "EB" : "TE2S1FB") << ran.out;
}

TEST(Endings, ExitInAThreadLeavesMainsObjectsBehind) {
  const auto ran = end_by("exit-in-thread");
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(arrived(ran), kAtExit) << "main's automatic object and its thread_local are missing";
}

TEST(ExitCode, IsCutTo8BitsOnPosixAndKeeps32OnWindows) {
  const std::pair<const char*, int> codes[] = {{"0", 0},     {"255", 255}, {"256", 256},
                                               {"257", 257}, {"-1", -1},   {"65536", 65536}};
  for (const auto& [text, code] : codes) {
    const auto ran = end_by("exit", text);
    EXPECT_EQ(static_cast<std::uint32_t>(ran.code), process::code_parent_sees(code)) << text;
    EXPECT_EQ(process::code_parent_sees(code),
              kWindows ? static_cast<std::uint32_t>(code) : static_cast<std::uint32_t>(code & 255));
  }
}

TEST(ExitCode, NodesTableIsSortedAndSpoken) {
  int last = -1;
  for (const auto& entry : process::node_exit_codes()) {
    EXPECT_GT(entry.code, last);
    EXPECT_STRNE(entry.meaning, "");
    last = entry.code;
  }
}
