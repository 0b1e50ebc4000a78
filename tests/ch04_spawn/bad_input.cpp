// tests/ch04 · start(): bad input gets a clear error, and leaves nothing behind (the leak guard looks
// after each test: no descriptor, no child, the same mask).
#include <gtest/gtest.h>

#include "tests/ch04_spawn/capture.h"
#include "tests/ch04_spawn/strategies.h"
#include "tests/support/run.h"

namespace proclab::spawn {
namespace {

using test::program;
using namespace std::string_literals;

class BadInput : public EachStrategy {
 protected:
  /// The error of a start that must fail.
  static Error refused(const Options& all) {
    Result<Process> child = start(all);
    if (!child) return child.error();
    ADD_FAILURE() << all.file << " did start";
    (void)child->wait();
    return {};
  }
  static void expect(const Options& all, std::errc code, const std::string& call = {}) {
    const Error why = refused(all);
    EXPECT_EQ(why.code, code) << why.message();
    if (!call.empty() && GetParam() != Strategy::posix_spawn) {
      EXPECT_EQ(why.call, call) << why.message();
    }
  }
  static bool says(const Error& why, const std::string& part) {
    return why.message().find(part) != std::string::npos;
  }
};
INSTANTIATE_TEST_SUITE_P(By, BadInput, testing::ValuesIn(strategies()), name_of_strategy);

TEST_P(BadInput, EmptyProgramName) {
  const Error why = refused(options(""));
  EXPECT_EQ(why.code, std::errc::invalid_argument);
  EXPECT_STREQ(why.call, "file");
}

TEST_P(BadInput, EmbeddedNul) {
  const auto check = [](const Options& all, const char* option) {
    const Error why = refused(all);
    EXPECT_EQ(why.code, std::errc::invalid_argument) << option;
    EXPECT_STREQ(why.call, option);
    EXPECT_TRUE(says(why, "NUL")) << why.message();
  };
  Options all = options(program("probe") + "\0.txt"s);
  check(all, "file");
  check(options(program("probe"), {"echo", "a\0b"s}), "args");
  all = options(program("probe"));
  all.argv0 = "\0"s;
  check(all, "args");
  all = options(program("probe"));
  all.cwd = ".\0x"s;
  check(all, "cwd");
  all = options(program("probe"));
  all.env.changes = {{"A\0B"s, "x"}};
  check(all, "env");
  all.env.changes = {{"A", "x\0y"s}};
  check(all, "env");
}

TEST_P(BadInput, BadNamesInTheEnvironment) {
  Options all = options(program("probe"));
  all.env.changes = {{"", "x"}};
  expect(all, std::errc::invalid_argument, "env");
  all.env.changes = {{"A=B", "x"}};
  expect(all, std::errc::invalid_argument, "env");
  all.env.changes = {{"A=B", std::nullopt}};
  expect(all, std::errc::invalid_argument, "env");
}

TEST_P(BadInput, MissingFile) {
  const char* step = kWindows ? "CreateProcessW" : "execve";
  expect(options("/no/such/program"), std::errc::no_such_file_or_directory, step);
  expect(options("no-such-program-in-path"), std::errc::no_such_file_or_directory, step);
  EXPECT_TRUE(says(refused(options("/no/such/program")), "/no/such/program"));
  EXPECT_TRUE(says(refused(options("no-such-name")), "no-such-name"));
}

TEST_P(BadInput, ADirectory) {
  const Folder folder;
  expect(options(folder.path()), std::errc::permission_denied);
  EXPECT_TRUE(says(refused(options(folder.path())), "is a directory"));
}

TEST_P(BadInput, BadDirectoryToStartIn) {
  Options all = options(program("probe"), {"exit", "0"});
  all.cwd = "/no/such/directory";
  expect(all, std::errc::no_such_file_or_directory, "chdir");
  EXPECT_TRUE(says(refused(all), "/no/such/directory")) << refused(all).message();
  const Folder folder;
  all.cwd = folder.write("a-file", "");
  expect(all, std::errc::not_a_directory, "chdir");
}

TEST_P(BadInput, TooLongAnArgument) {
  // One text: Linux takes 128 KiB (32 pages), Windows 32,766 units for the whole line.
  expect(options(program("probe"), {"exit", std::string(3 << 20, 'x')}),
         std::errc::argument_list_too_long);
}

TEST_P(BadInput, TooManyArguments) {
  std::vector<std::string> many(400'000, "0123456789012345678901234567890");
  expect(options(program("probe"), many), std::errc::argument_list_too_long);
}

TEST_P(BadInput, AHandleThatIsNotOpen) {
  PipeEnds pipe = make_pipe();
  const NativeHandle stale = pipe.read.get();
  pipe.read.close();
  Options all = options(program("probe"), {"exit", "0"});
  all.slots = {Slot::from(0, stale)};
  expect(all, std::errc::bad_file_descriptor);
  EXPECT_STREQ(refused(all).call, "slots");
  all.slots = {Slot::from(4, kNoHandle)};
  expect(all, std::errc::bad_file_descriptor);
}

TEST_P(BadInput, ASlotUsedTwice) {
  Options all = options(program("probe"), {"exit", "0"});
  all.slots = {Slot::null(7), Slot::null(4), Slot::closed(7)};
  const Error why = refused(all);
  EXPECT_EQ(why.code, std::errc::invalid_argument);
  EXPECT_STREQ(why.call, "slots");
  EXPECT_TRUE(says(why, "7")) << why.message();
}

TEST_P(BadInput, ASlotOutOfRange) {
  Options all = options(program("probe"), {"exit", "0"});
  all.slots = {Slot::null(-1)};
  EXPECT_EQ(refused(all).code, std::errc::invalid_argument);
  all.slots = {Slot::null(2'147'483'647)};
  EXPECT_STREQ(refused(all).call, "slots");
}

}  // namespace
}  // namespace proclab::spawn
