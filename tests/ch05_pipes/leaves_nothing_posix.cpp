// tests/ch05 · no descriptors left: with room for ever fewer, each call works or leaves nothing.
//
// The leak guard looks after each test; here, also after each single try.
#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch05_pipes/pipeline.h"
#include "chapters/ch05_pipes/redirect.h"
#include "tests/ch05_pipes/children.h"
#include "tests/support/deadline.h"
#include "tests/support/leaks.h"
#include "tests/support/sanitizer.h"

namespace proclab::pipes {
namespace {

using test::Waiting;

/// While it lives, this process can open `more` descriptors and not one beyond.
class Room {
 public:
  explicit Room(int more) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    Handle lowest_free(::dup(0));
    const rlimit low{static_cast<rlim_t>(lowest_free.get() + more), before_.rlim_max};
    lowest_free.close();
    ::setrlimit(RLIMIT_NOFILE, &low);
  }
  ~Room() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

 private:
  rlimit before_{};
};

/// Calls `work` with room for 0, 1, 2 … descriptors until it returns true; how many that took.
template <class Work>
int room_needed(Work work) {
  const Waiting waiting("calls without descriptors");
  for (int more = 0; more < 40; ++more) {
    const test::Holdings before = test::holdings();
    bool done = false;
    {
      const Room room(more);
      done = work();
    }
    EXPECT_EQ(test::leaked(before, test::holdings()), "") << "with room for " << more;
    if (done) return more;
  }
  return -1;
}

bool none_left(const Error& why) { return why.code == std::errc::too_many_files_open; }

TEST(LeavesNothing, MakePipe) {
  EXPECT_EQ(room_needed([] {
              const Result<Pipe> pipe = make_pipe(Async::read);
              EXPECT_TRUE(pipe || none_left(pipe.error()));
              return pipe.has_value();
            }),
            2);
}

TEST(LeavesNothing, RedirectionAndHereString) {
  EXPECT_EQ(room_needed([] {
              const Result<Handle> text = here_string("text");
              EXPECT_TRUE(text || none_left(text.error()));
              return text.has_value();
            }),
            1);
  EXPECT_EQ(room_needed([] {
              const Result<Handle> file = open_file("/dev/null", Redirect::append);
              EXPECT_TRUE(file || none_left(file.error()));
              return file.has_value();
            }),
            1);
}

TEST(LeavesNothing, StartPiped) {
  const int needed = room_needed([] {
    Result<PipedChild> child = start_piped(probe({"exit", "0"}));
    if (!child) {
      EXPECT_TRUE(none_left(child.error())) << child.error().message();
      return false;
    }
    const Communicated said = communicate(*child, "x");
    if (said.stop == Stop::failed) {
      EXPECT_TRUE(none_left(*said.error)) << said.error->message();
      EXPECT_TRUE(child->process.wait());
    }
    return said.stop == Stop::ended;
  });
  EXPECT_GE(needed, 6);
}

TEST(LeavesNothing, StartPipedOfWhatIsNotThere) {
  const test::Holdings before = test::holdings();
  spawn::Options options;
  options.file = "no-such-program";
  for (int again = 0; again < 100; ++again) EXPECT_FALSE(start_piped(options));
  EXPECT_EQ(test::leaked(before, test::holdings()), "");
}

TEST(LeavesNothing, APipelineBuriesWhatItCouldStart) {
  std::size_t most_failed = 0;
  const int needed = room_needed([&] {
    Pipeline pipeline = start_pipeline(
        {{probe({"flood", "100"})}, {probe({"cat"})}, {probe({"cat"})}, {probe({"stdin-eof"})}});
    std::size_t failed = 0;
    for (const auto& end : pipeline.wait()) {
      if (!end) {
        EXPECT_TRUE(none_left(end.error())) << end.error().message();
        ++failed;
      }
    }
    most_failed = std::max(most_failed, failed);
    return failed == 0;
  });
  EXPECT_GE(needed, 3);        // one pipe and the read end of the one before
  EXPECT_GE(most_failed, 3U);  // and yet nobody hung
}

TEST(LeavesNothing, AStageWithoutAPipeReadsNothingAndNeverOurStdin) {
  if (test::kTsan) GTEST_SKIP() << "ThreadSanitizer's start is a fork, whose report is a pipe, too";
  const Waiting waiting("a stage whose left neighbour was not started");
  Pipe ours = *make_pipe(), out = *make_pipe();
  ASSERT_EQ(::write(ours.write.get(), "ours", 4), 4);
  ours.write.close();
  std::vector<Stage> stages = {{probe({"cat"})}, {probe({"cat"})}};
  stages[1].program.slots = {spawn::Slot::from(1, out.write.get())};
  const Handle before(::fcntl(0, F_DUPFD_CLOEXEC, 3));
  ::dup2(ours.read.get(), 0);
  Pipeline pipeline;
  {
    const Room one(1);  // too little for a pipe, and enough to start a program
    pipeline = start_pipeline(stages);
  }
  ::dup2(before.get(), 0);
  out.write.close();
  EXPECT_EQ(*read_all(out.read.get()), "");
  const PipeStatus status = pipeline.wait();
  EXPECT_FALSE(status[0]);
  ASSERT_TRUE(status[1]) << status[1].error().message();
  EXPECT_TRUE(status[1]->success());
}

}  // namespace
}  // namespace proclab::pipes
