// tests/ch04 · the command line that Windows has in argv's place: what is quoted reads back the same.
#include "chapters/ch04_spawn/command_line.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/read_back.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using Texts = std::vector<std::string>;

/// An argument of pieces that parsers stumble over.
std::string random_argument(std::mt19937& random) {
  static const Texts kPieces = {"\\", "\\", "\\", "\"", "\"", " ",  "\t", "\n", "\v", "a",   "b",
                                "'",  "%",  "!",  "^",  "&",  "|",  "<",  ">",  "*",  "?",   "[",
                                "/",  "=",  ";",  ",",  "é",  "你", "🌍",  "--", "@",  "\x7f"};
  std::uniform_int_distribution<std::size_t> piece(0, kPieces.size() - 1), length(0, 8);
  std::string text;
  for (std::size_t n = length(random); n > 0; --n) text += kPieces[piece(random)];
  return text;
}

Texts random_list(std::mt19937& random) {
  std::uniform_int_distribution<int> length(0, 8);
  Texts list;
  for (int n = length(random); n > 0; --n) list.push_back(random_argument(random));
  return list;
}

TEST(CommandLine, QuotesWhatMustBeAndNothingElse) {
  const std::pair<const char*, const char*> kTable[] = {
      {"", R"("")"},
      {"plain", "plain"},
      {"a b", R"("a b")"},
      {"a\tb", "\"a\tb\""},
      {"a\nb", "\"a\nb\""},
      {R"(a"b)", R"("a\"b")"},
      {R"(")", R"("\"")"},
      {R"(C:\dir\file)", R"(C:\dir\file)"},  // a backslash alone is itself
      {R"(C:\dir\)", R"(C:\dir\)"},
      {R"(C:\a dir\)", R"("C:\a dir\\")"},  // before the closing quote it is doubled
      {R"(a\"b)", R"("a\\\"b")"},           // before a quote doubled, and one for the quote
      {R"(a\\"b)", R"("a\\\\\"b")"},
      {R"(a b\c)", R"("a b\c")"},
      {R"(\\server\a share)", R"("\\server\a share")"},
      {"你好", "你好"}};
  for (const auto& [argument, quoted] : kTable) EXPECT_EQ(quote_argument(argument), quoted);
}

TEST(CommandLine, TheReaderKeepsTheDocumentedRules) {
  // MSDN, "Parsing C command-line arguments": the reader of these tests must be right first.
  const std::pair<const char*, Texts> kTable[] = {
      {R"("a b c" d e)", {"a b c", "d", "e"}},
      {R"("ab\"c" "\\" d)", {R"(ab"c)", R"(\)", "d"}},
      {R"(a\\\b d"e f"g h)", {R"(a\\\b)", "de fg", "h"}},
      {R"(a\\\"b c d)", {R"(a\"b)", "c", "d"}},
      {R"(a\\\\"b c" d e)", {R"(a\\b c)", "d", "e"}},
      {R"(  spaced    out  )", {"spaced", "out"}},
      {R"("" x "")", {"", "x", ""}}};
  for (const auto& [line, want] : kTable) {
    Texts all = {"prog"};
    all.insert(all.end(), want.begin(), want.end());
    EXPECT_EQ(read_back("prog " + std::string(line)), all) << line;
  }
  EXPECT_EQ(read_back(R"("C:\a dir\" x)"), (Texts{R"(C:\a dir\)", "x"}))
      << "argv[0] has no escapes";
}

TEST(CommandLine, TenThousandRandomListsReadBackTheSame) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 10'000; ++i) {
    const Texts args = random_list(random);
    const std::string line = join_command_line(R"(C:\some dir\)", args);
    Texts want = {R"(C:\some dir\)"};
    want.insert(want.end(), args.begin(), args.end());
    ASSERT_EQ(read_back(line), want) << "seed " << seed << ", list " << i << ": " << line;
  }
}

TEST(CommandLine, ARealChildReadsRandomListsBackTheSame) {
  const unsigned seed = std::random_device()();
  std::mt19937 random(seed);
  for (int i = 0; i < 20; ++i) {  // twenty lists in one, since a start under Wine is slow
    Options all;
    all.file = test::program("probe");
    all.args = {"argv"};
    for (int n = 0; n < 20; ++n) {
      for (const std::string& text : random_list(random)) all.args.push_back(text);
    }
    Texts want = {all.file};
    want.insert(want.end(), all.args.begin(), all.args.end());
    ASSERT_EQ(capture(all).texts(), want) << "seed " << seed << ", batch " << i;
  }
}

TEST(CommandLine, VerbatimJoinsAndQuotesNothing) {
  EXPECT_EQ(join_command_line("cmd.exe", {"/d", "/c", "\"echo a & b\""}, true),
            "cmd.exe /d /c \"echo a & b\"");
  EXPECT_EQ(join_command_line("a b", {}, false), "\"a b\"");
  EXPECT_EQ(join_command_line("", {""}, false), "\"\" \"\"");
}

TEST(CommandLine, KnowsABatchFileByAnyOfItsNames) {
  for (const char* name : {"a.bat", "a.BAT", "a.Cmd", "C:\\x\\a.cmd", "a.bat ", "a.bat.",
                           "a.bat. . ", ".bat", "a.exe.bat", "dir/a.CMD..."}) {
    EXPECT_TRUE(is_batch_file(name)) << name;
  }
  for (const char* name :
       {"a.exe", "a.bat.exe", "bat", "a.batch", "abat", "", "...", "a.bat\\a", "cmd.exe"}) {
    EXPECT_FALSE(is_batch_file(name)) << name;
  }
}

}  // namespace
}  // namespace proclab::spawn
