// tests/ch04 · bad input that only POSIX knows: permissions, interpreters, the search along PATH.
#include <gtest/gtest.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/strategies.h"

namespace proclab::spawn {
namespace {

class BadInputPosix : public EachStrategy {
 protected:
  static Error refused(const Options& all) {
    Result<Process> child = start(all);
    if (!child) return child.error();
    ADD_FAILURE() << all.file << " did start";
    (void)child->wait();
    return {};
  }
};
INSTANTIATE_TEST_SUITE_P(By, BadInputPosix, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(BadInputPosix, NoPermission) {
  const Folder folder;
  const Error why = refused(options(folder.write("data", "#!/bin/sh\n", 0644)));
  EXPECT_EQ(why.code, std::errc::permission_denied);
  EXPECT_NE(why.message().find("data"), std::string::npos);
}

TEST_P(BadInputPosix, AScriptWithoutInterpreter) {
  const Folder folder;
  const Error why = refused(options(folder.write("script", "echo hello\n", 0755)));
  EXPECT_EQ(why.code, std::errc::executable_format_error) << "and it is not given to a shell";
  EXPECT_NE(why.message().find("#!"), std::string::npos) << why.message();
  EXPECT_EQ(refused(options(folder.write("empty", "", 0755))).code,
            std::errc::executable_format_error);
}

TEST_P(BadInputPosix, AScriptWhoseInterpreterIsMissing) {
  const Folder folder;
  folder.write("script", "#! /no/such/interpreter -x\n", 0755);
  Options all = options(folder.file("script"));
  Error why = refused(all);
  EXPECT_EQ(why.code, std::errc::no_such_file_or_directory);
  EXPECT_NE(why.message().find("/no/such/interpreter "), std::string::npos) << why.message();
  all.file = "./script";  // the explanation looks where the child looked
  all.cwd = folder.path();
  why = refused(all);
  EXPECT_NE(why.message().find("/no/such/interpreter "), std::string::npos) << why.message();
}

TEST_P(BadInputPosix, AFileInTheMiddleOfAPath) {
  const Folder folder;
  const std::string file = folder.write("file", "", 0755);
  EXPECT_EQ(refused(options(file + "/inside")).code, std::errc::not_a_directory);
}

TEST_P(BadInputPosix, PathRemembersThatItWasDenied) {
  const Folder denied, other;
  denied.write("tool", "#!/bin/sh\n", 0644);
  Options all = options("tool", {"exit", "6"});
  all.env.changes = {{"PATH", denied.path() + ":" + other.path() + ":/no/such/folder"}};
  EXPECT_EQ(refused(all).code, std::errc::permission_denied) << "more helpful than not found";
  other.copy_program("probe", "tool");
  EXPECT_EQ(run_to_end(all).code, 6U) << "but a later one that runs is taken";
}

TEST_P(BadInputPosix, AnEmptyEntryOfPathIsTheChildsDirectory) {
  const Folder folder;
  folder.copy_program("probe", "tool");
  Options all = options("tool", {"exit", "6"});
  for (const char* path : {"/no/such:", ":/no/such", "/no/such::/none", ""}) {
    all.env.changes = {{"PATH", path}};
    all.cwd = folder.path();
    EXPECT_EQ(run_to_end(all).code, 6U) << path;
    all.cwd = "/";
    EXPECT_EQ(refused(all).code, std::errc::no_such_file_or_directory) << path;
  }
}

TEST_P(BadInputPosix, WithoutPathTheUsualFolders) {
  Options all = options("true");
  all.env.empty = true;
  EXPECT_TRUE(run_to_end(all).success());
}

TEST_P(BadInputPosix, PathSearchStopsAtAFileThatIsNoProgram) {
  const Folder folder, other;
  folder.write("tool", "echo hello\n", 0755);
  other.copy_program("probe", "tool");
  Options all = options("tool", {"exit", "6"});
  all.env.changes = {{"PATH", folder.path() + ":" + other.path()}};
  EXPECT_EQ(refused(all).code, std::errc::executable_format_error);
}

}  // namespace
}  // namespace proclab::spawn
