// tests/ch12 · text for a shell: one word, whatever is in it.
#include "chapters/ch12_child_process/shell.h"

#include <random>
#include <utility>

#include "chapters/ch12_child_process/decode.h"
#include "chapters/ch12_child_process/sync.h"
#include "tests/ch12_child_process/child.h"

namespace proclab::child_process {
namespace {

/// What a program gets that a shell starts with this text, as one line of `probe argv`.
std::string through_the_shell(const std::string& text) {
  const Result<std::string> line = quote_all({kProbe, "argv", text});
  EXPECT_TRUE(line) << line.error().message();
  const ExecResult said = exec_sync(*line);
  EXPECT_TRUE(said.success()) << said.text() << said.errors;
  return test::unix_lines(said.output);
}
std::string by_itself(const std::string& text) {
  return test::unix_lines(spawn_sync(kProbe, {"argv", text}).output);
}

TEST(Quote, OneWordWhateverIsInIt) {
  const test::Waiting waiting("a shell", Milliseconds(60'000));
  for (const char* text : {"",   "plain", "a b",    "; exit 1", "$(exit 1)", "`exit 1`",  "'",
                           "''", "\"",    "a'b\"c", "\\",       "\\\"",      "a\\",       "*",
                           "~",  "$HOME", "%PATH%", "!x!",      "^",         "a&b|c<d>e", "(x)",
                           "-n", "#",     "{a,b}",  "ünï"}) {
    EXPECT_EQ(through_the_shell(text), by_itself(text)) << text;
  }
}

TEST(Quote, AnyBytesThroughSh) {
  if (kWindows) GTEST_SKIP() << "no /bin/sh";
  const test::Waiting waiting("a shell", Milliseconds(60'000));
  std::mt19937 random(12);
  const std::string alphabet = "'\"\\$`!*?[]{}()<>|&;#~ \t\n=%^-aé";
  for (int i = 0; i < 50; ++i) {
    std::string text;
    for (int n = 0; n < 20; ++n) text += alphabet[random() % alphabet.size()];
    EXPECT_EQ(through_the_shell(text), by_itself(text)) << text;
  }
}

TEST(Quote, AsTextForEither) {
  EXPECT_EQ(*quote("it's", ShellKind::sh), "'it'\\''s'");
  EXPECT_EQ(*quote("", ShellKind::sh), "''");
  EXPECT_EQ(*quote("plain", ShellKind::cmd), "plain");
  EXPECT_EQ(*quote("", ShellKind::cmd), "^\"^\"");
  EXPECT_EQ(*quote("a&b", ShellKind::cmd), "^\"a^&b^\"");
  EXPECT_EQ(*quote("say \"%PATH%\"", ShellKind::cmd), "^\"say \\^\"%%cd:~,%PATH%%cd:~,%\\^\"^\"");
  EXPECT_EQ(*quote_all({"a", "b c"}, ShellKind::sh), "'a' 'b c'");
}

TEST(Quote, WhatCannotBeSaidIsRefused) {
  EXPECT_EQ(quote(std::string_view("a\0b", 3), ShellKind::sh).error().code,
            std::errc::invalid_argument);
  EXPECT_EQ(quote("a\nb", ShellKind::cmd).error().code, std::errc::invalid_argument);
  EXPECT_EQ(quote_all({"a", "b\r"}, ShellKind::cmd).error().code, std::errc::invalid_argument);
  EXPECT_TRUE(quote("a\nb", ShellKind::sh));
}

TEST(ShellCommandOf, KnowsCmdByItsName) {
  for (const char* cmd : {"cmd", "CMD.EXE", "C:\\Windows\\system32\\cmd.exe"}) {
    const ShellCommand shell = shell_command(cmd, "dir \"a b\"");
    EXPECT_EQ(shell.args, (Words{"/d", "/s", "/c", "\"dir \"a b\"\""}));
    EXPECT_TRUE(shell.verbatim);
  }
  const ShellCommand bash = shell_command("/bin/bash", "ls");
  EXPECT_EQ(bash.args, (Words{"-c", "ls"}));
  EXPECT_FALSE(bash.verbatim);
  EXPECT_EQ(shell_command("", "ls").verbatim, kWindows);
}

TEST(Text, WhatIsNoUtf8IsReplacedPieceByPiece) {
  const auto text = [](std::string bytes, bool cut = false) {
    return to_utf8_text(std::move(bytes), cut);
  };
  EXPECT_EQ(text("plain ünï €😀"), "plain ünï €😀");
  EXPECT_EQ(text("a\xFF"
                 "b"),
            "a\uFFFDb");
  EXPECT_EQ(text("\xE2\x82"), "\uFFFD") << "the beginning of a character is one piece";
  EXPECT_EQ(text("\xE2\x82", true), "") << "or nothing, when its end was cut off";
  EXPECT_EQ(text("\xE2\x82x"), "\uFFFDx");
  EXPECT_EQ(text("\xE0\x80\x80"), "\uFFFD\uFFFD\uFFFD") << "no longer forms";
  EXPECT_EQ(text("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD") << "no surrogates";
  EXPECT_EQ(text("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD") << "nothing beyond U+10FFFF";
  EXPECT_EQ(text("\xC3\xA9\x80"), "é\uFFFD");
  EXPECT_EQ(text("€€", true), "€€");
}

}  // namespace
}  // namespace proclab::child_process
