// tests/ch04 · what a child on Windows inherits, and what only Windows has: batch files, the sorted
// environment, verbatim arguments.
#include <gtest/gtest.h>

#include <windows.h>

#include <algorithm>
#include <sstream>

#include "chapters/ch04_spawn/plan_win32.h"
#include "platform/win32/wide.h"
#include "tests/ch04_spawn/capture.h"
#include "tests/support/gate.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;
using Texts = std::vector<std::string>;

Options probe(Texts args) {
  Options all;
  all.file = program("probe");
  all.args = std::move(args);
  return all;
}

Texts lines_of(const std::string& out, const std::string& part) {
  Texts found;
  std::istringstream text(out);
  for (std::string line; std::getline(text, line);) {
    if (line.find(part) != std::string::npos) found.push_back(line);
  }
  return found;
}

std::error_code refused(const Options& all) {
  Result<Process> child = start(all);
  if (!child) return child.error().code;
  (void)child->wait();
  return {};
}

TEST(Handles, OnlyTheListedAreInherited) {
  PipeEnds stray = make_pipe(), given = make_pipe();
  test::set_inheritable(stray.read.get(), true);  // as a careless library leaves them
  test::set_inheritable(stray.write.get(), true);
  Options all = probe({"fds"});
  all.slots = {Slot::null(0), Slot::null(2), Slot::from(5, given.write.get())};
  const std::string out = capture(all).out;
  EXPECT_EQ(lines_of(out, "inherit=1").size(), 4U) << out;  // 0, 2, 5, and capture's 1
  EXPECT_EQ(lines_of(out, " stdout").size(), 1U) << out;
}

TEST(Handles, WithAllClosedNoneIsInherited) {
  PipeEnds stray = make_pipe();
  test::set_inheritable(stray.write.get(), true);
  Options all = probe({"exit", "0"});
  all.slots = {Slot::closed(0), Slot::closed(1), Slot::closed(2)};
  EXPECT_EQ(run_to_end(all).code, 0U);
  // The stray's other end ends when we close it: no child has a copy that would hold it open.
  all.args = {"stdin-eof"};
  PipeEnds in = make_pipe();
  all.slots = {Slot::from(0, in.read.get()), Slot::closed(1), Slot::closed(2)};
  Result<Process> child = start(all);
  ASSERT_TRUE(child) << child.error().message();
  stray.write.close();
  EXPECT_EQ(drain(stray.read), "");
  in.write.close();
  EXPECT_EQ(child->wait()->code, 0U);
}

TEST(Handles, SlotsAboveTwoReachTheCRuntime) {
  PipeEnds given = make_pipe();
  Options all = probe({"fds"});
  all.slots = {Slot::null(0), Slot::from(5, given.write.get())};
  const std::string out = capture(all).out;
  const Texts five = lines_of(out, "crt 5 "), four = lines_of(out, "crt 4 ");
  ASSERT_EQ(five.size(), 1U) << out;
  EXPECT_NE(five[0].find("flags=0x09"), std::string::npos) << "open, a pipe: " << five[0];
  ASSERT_EQ(four.size(), 1U) << out;
  EXPECT_NE(four[0].find("flags=0x00"), std::string::npos) << four[0];
  EXPECT_TRUE(lines_of(out, "crt 6 ").empty());
  std::istringstream words(five[0]);
  std::string word, number, handle;
  words >> word >> number >> handle;
  EXPECT_EQ(lines_of(out, handle + " pipe inherit=1").size(), 1U) << "the handle is there: " << out;
}

TEST(Handles, TheSourceStaysAsItWas) {
  PipeEnds given = make_pipe();
  Options all = probe({"exit", "0"});
  all.slots = {Slot::from(1, given.write.get())};
  EXPECT_EQ(run_to_end(all).code, 0U);
  DWORD flags = HANDLE_FLAG_INHERIT;
  ASSERT_TRUE(::GetHandleInformation(given.write.get(), &flags));
  EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0U) << "no other thread's child takes it along";
}

TEST(Handles, SlotsWindowsHasNot) {
  Options all = probe({"exit", "0"});
  all.slots = {Slot::null(256)};
  EXPECT_EQ(refused(all), std::errc::invalid_argument);
  all.slots = {Slot::inherit(3)};
  EXPECT_EQ(refused(all), std::errc::invalid_argument);
}

TEST(Windows, RefusesBatchFilesByAnyName) {
  // CVE-2024-24576: cmd.exe would read the argument's quote as the end of it, and run what follows.
  const Folder folder;
  const std::string canary = folder.file("canary");
  for (const char* name : {"evil.bat", "evil.cmd"}) {
    folder.write(name, "@echo run > \"" + canary + "\"\r\n@echo %*\r\n");
  }
  for (const char* name :
       {"evil.bat", "evil.BAT", "evil.Cmd", "evil.bat ", "evil.BAT.", "evil.cmd. ."}) {
    for (const bool by_path : {false, true}) {
      Options all;
      all.file = by_path ? name : folder.file(name);
      all.args = {"\"&echo run>\"" + canary};
      if (by_path) all.env.changes = {{"PATH", folder.path()}};
      const std::error_code code = refused(all);
      EXPECT_TRUE(code == std::errc::invalid_argument ||
                  code == std::errc::no_such_file_or_directory)  // trailing blanks, under Wine
          << name << ": " << code;
    }
  }
  Options plain;
  plain.file = folder.file("evil.bat");
  EXPECT_EQ(refused(plain), std::errc::invalid_argument);
  EXPECT_EQ(::GetFileAttributesW(to_wide(canary)->c_str()), INVALID_FILE_ATTRIBUTES) << "it ran";
}

TEST(Windows, SaysWhatItLacks) {
  const auto lacks = [](auto change) {
    Options all = probe({"exit", "0"});
    change(all);
    EXPECT_EQ(refused(all), std::errc::not_supported);
  };
  lacks([](Options& all) { all.uid = 0; });
  lacks([](Options& all) { all.gid = 0; });
  lacks([](Options& all) { all.user = "root"; });
  lacks([](Options& all) { all.umask = 0; });
  lacks([](Options& all) { all.limits = {{process::Limit::core_size, {0, 0}}}; });
  lacks([](Options& all) { all.strategy = Strategy::fork; });
}

TEST(Windows, ExitCodesHave32Bits) {
  for (const unsigned code : {256U, 259U, 0x7fffffffU}) {  // 259 is STILL_ACTIVE
    EXPECT_EQ(run_to_end(probe({"exit", std::to_string(code)})).code, code);
  }
}

TEST(Windows, TheEnvironmentIsSortedAndHasSystemRoot) {
  Options all = probe({"env"});
  all.env = {true, {{"zeta", "1"}, {"Alpha", "2"}, {"ALPHA_", "4"}, {"beta", "3"}, {"ZETA", "5"}}};
  Result<std::unique_ptr<Plan>> plan = Plan::make(all);
  ASSERT_TRUE(plan) << plan.error().message();
  const std::wstring& block = (*plan)->environment;
  Texts seen;
  for (std::size_t at = 0; block[at] != L'\0'; at = block.find(L'\0', at) + 1) {
    seen.push_back(from_wide(std::wstring_view(&block[at])));
  }
  ASSERT_EQ(block.substr(block.size() - 2), std::wstring(2, L'\0'));
  ASSERT_EQ(seen.size(), 5U);
  EXPECT_EQ(seen[0], "Alpha=2");
  EXPECT_EQ(seen[1], "ALPHA_=4");
  EXPECT_EQ(seen[2], "beta=3");
  EXPECT_EQ(seen[3].substr(0, 11), "SYSTEMROOT=");
  EXPECT_EQ(seen[4], "ZETA=5");
}

TEST(Windows, NamesMatchWithoutCase) {
  set_env("PROCLAB_Case", "1");
  Options all = probe({"env"});
  all.env.changes = {{"proclab_case", "2"}};
  EXPECT_EQ(lines_of(capture(all).out, "PROCLAB_Case").size(), 0U);
  EXPECT_EQ(lines_of(capture(all).out, "proclab_case=2").size(), 1U);
  set_env("PROCLAB_Case", std::nullopt);
}

TEST(Windows, UnicodeInTextsFilesAndFolders) {
  const Folder folder;
  const std::string tool = folder.copy_program("probe", "工具 🌍");
  Options all;
  all.file = tool;
  all.args = {"argv", "你好 🌍", "é\\"};
  EXPECT_EQ(capture(all).texts(), (Texts{tool, "argv", "你好 🌍", "é\\"}));
  all.args = {"cwd"};
  all.cwd = folder.folder("内 🌍");
  EXPECT_NE(capture(all).out.find("内 🌍"), std::string::npos);
  all.args = {"env", "名"};
  all.env.changes = {{"名", "值 🌍"}};
  EXPECT_EQ(capture(all).texts(), Texts{"名=值 🌍"});
  all.args = {"\xff"};
  EXPECT_EQ(refused(all), std::errc::invalid_argument) << "not UTF-8: no guess";
}

TEST(Windows, VerbatimArgumentsAreTheCallersBusiness) {
  Options all = probe({"argv", "a b", "\"c d\"", "e\\\"f"});
  all.verbatim_args = true;
  all.argv0 = "probe";
  all.hide_window = true;  // no window to look for here, but no harm either
  EXPECT_EQ(capture(all).texts(), (Texts{"probe", "argv", "a", "b", "c d", "e\"f"}));
}

TEST(Windows, FindsProgramsWithoutTheirExtension) {
  const Folder folder;
  folder.copy_program("probe", "tool");
  folder.copy_program("probe", "tool.v2");
  Options all;
  all.args = {"exit", "9"};
  for (const char* name : {"tool", "tool.exe", "TOOL", "tool.v2"}) {
    all.file = folder.file(name);
    EXPECT_EQ(run_to_end(all).code, 9U) << name;
  }
  all.file = "tool";
  all.cwd = folder.path();
  EXPECT_EQ(refused(all), std::errc::no_such_file_or_directory) << "not from the current directory";
}

}  // namespace
}  // namespace proclab::spawn
