// tests/support · a deadline that runs out ends the children, too.
#include <filesystem>

#include <unistd.h>

#include <gtest/gtest.h>

#include "platform/handle.h"
#include "tests/support/deadline.h"
#include "tests/support/run.h"

namespace proclab::test {
namespace {

TEST(Waiting, EndsTheChildrenWhoHoldWhatOthersReadOpen) {
  const auto folder = std::filesystem::temp_directory_path() / "of-one-that-aborts";
  std::filesystem::create_directory(folder);
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Handle reads(ends[0]);
  Handle writes(ends[1]);

  const Ran ran = run({program("leaky"), "--gtest_filter=Leaky.Hang"},
                      {.env = {{"TMPDIR", folder}}, .inherit = {writes.get()}});
  EXPECT_EQ(ran.signal, SIGABRT) << ran.err;
  EXPECT_NE(ran.err.find("deadline: waited 50 ms for the end of time (Leaky.Hang)"),
            std::string::npos)
      << ran.err;
  writes.close();
  const Waiting waiting("the end of the last who holds the pipe");
  char byte = 0;
  EXPECT_EQ(::read(reads.get(), &byte, 1), 0);
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace proclab::test
