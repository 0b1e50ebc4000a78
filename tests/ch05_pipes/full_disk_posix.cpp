// tests/ch05 · a full disk behind a redirection: the program hears of it, not the one who opened
// it.
#include <gtest/gtest.h>

#include <csignal>

#include <sys/resource.h>
#include <unistd.h>

#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch05_pipes/pipeline.h"
#include "chapters/ch05_pipes/redirect.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"

namespace proclab::pipes {
namespace {

using spawn::Slot;
using test::Waiting;

class FullDisk : public testing::Test {
 protected:
  void SetUp() override {
    if (::access("/dev/full", W_OK) != 0) GTEST_SKIP() << "there is no /dev/full here";
  }
};

TEST_F(FullDisk, OpeningWorksAndWritingFails) {
  const Waiting waiting("a child that writes to a full disk");
  const Result<Handle> full = open_file("/dev/full", Redirect::truncate);
  ASSERT_TRUE(full);
  spawn::Options options = probe({"flood", "100"});
  options.slots = {Slot::from(1, full->get())};
  Result<PipedChild> child = start_piped(options);
  ASSERT_TRUE(child);
  const Communicated said = communicate(*child, {});
  EXPECT_EQ(said.stop, Stop::ended);
  EXPECT_EQ(said.status->code, 1U);  // the probe's way to say that it could not write
}

TEST_F(FullDisk, InAPipelineItIsAStatusLikeAnyOther) {
  const Waiting waiting("a pipeline onto a full disk");
  const Result<Handle> full = open_file("/dev/full", Redirect::append);
  std::vector<Stage> all = {
      {probe({"flood", "1000000000"})}, {probe({"cat"})}, {probe({"stdin-eof"})}};
  all[1].program.slots = {Slot::from(1, full->get())};
  Pipeline pipeline = start_pipeline(all);
  const PipeStatus status = pipeline.wait();
  EXPECT_EQ(shell_code(status[0]), 128 + SIGPIPE);  // its reader gave up
  EXPECT_EQ(shell_code(status[1]), 1);
  EXPECT_EQ(shell_code(status[2]), 0);
  EXPECT_EQ(shell_code(status, false), 0);  // without pipefail nobody would know
  EXPECT_EQ(shell_code(status, true), 1);
}

TEST(FileSizeLimit, OfAHereStringIsAnErrorAndNoDeath) {
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit low{1000, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &low);
  const Result<Handle> fits = here_string(pattern(1000));
  const Result<Handle> text = here_string(pattern(100'000));
  ::setrlimit(RLIMIT_FSIZE, &before);
  EXPECT_TRUE(fits);
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, std::errc::file_too_large);
}

}  // namespace
}  // namespace proclab::pipes
