// tests/ch08 · handles that keep a status, and job objects.
#include <gtest/gtest.h>

#include <windows.h>

#include <set>

#include "chapters/ch08_reaping/job_win32.h"
#include "chapters/ch08_reaping/watch.h"
#include "tests/ch08_reaping/children.h"
#include "tests/support/deadline.h"

namespace proclab::reaping {
namespace {

using test::Waiting;

/// In the job: `kin parent`, which starts a grandchild (with `flags`), prints its pid and exits
/// with 7.
struct Family {
  pipes::Pipe out = *pipes::make_pipe();
  pipes::Pipe in = *pipes::make_pipe();
  Pid grandchild = 0;

  explicit Family(const Job& job, const std::string& how) {
    spawn::Options options{.file = test::program("kin"), .args = {how}};
    options.slots = {spawn::Slot::from(0, in.read.get()), spawn::Slot::from(1, out.write.get())};
    Result<spawn::Process> parent = job.start(options);
    EXPECT_TRUE(parent) << parent.error().message();
    if (!parent) return;
    out.write.close();
    EXPECT_EQ(parent->wait()->code, 7U);
    char text[32] = {};
    const Result<std::size_t> size = pipes::read_some(out.read.get(), text, sizeof text - 1);
    if (size) grandchild = static_cast<Pid>(std::strtoul(text, nullptr, 10));
  }
  /// The grandchild holds the write end of our `out`: this returns when it has ended.
  void wait_for_its_end() { (void)pipes::read_all(out.read.get()); }
};

TEST(ProcessHandle, KeepsTheStatusOfADeadProcess) {
  const Waiting waiting("a child that exits");
  spawn::Process child = exits_with(77);
  ASSERT_EQ(::WaitForSingleObject(child.native(), INFINITE), WAIT_OBJECT_0);
  for (int i = 0; i < 2; ++i) {  // no zombie that can be reaped only once: an object with a count
    DWORD code = 0;
    EXPECT_TRUE(::GetExitCodeProcess(child.native(), &code));
    EXPECT_EQ(code, 77U);
  }
  const Handle again(::OpenProcess(SYNCHRONIZE, FALSE, child.pid()));
  EXPECT_TRUE(again) << "as long as a handle is open, the number is not given away";
  EXPECT_EQ(child.wait()->code, 77U);
}

TEST(Job, EndsTheGrandchildWhenItCloses) {
  const Waiting waiting("a family whose job is closed");
  std::optional<Job> job(*Job::make());
  Family family(*job, "parent");
  EXPECT_EQ(*job->active(), 1U) << "the grandchild, whose parent is gone";
  job.reset();
  family.wait_for_its_end();
}

TEST(Job, EndsAllAtOnce) {
  const Waiting waiting("a family whose job is terminated");
  Result<Job> job = Job::make();
  Family family(*job, "parent");
  ASSERT_TRUE(job->terminate(5));
  family.wait_for_its_end();
}

TEST(Job, WithoutTheFlagItsEndChangesNothing) {
  const Waiting waiting("a family that outlives its job");
  std::optional<Job> job(*Job::make({.kill_on_close = false}));
  Family family(*job, "parent");
  job.reset();
  const Handle grandchild(::OpenProcess(SYNCHRONIZE, FALSE, family.grandchild));
  EXPECT_EQ(::WaitForSingleObject(grandchild.get(), 50), static_cast<DWORD>(WAIT_TIMEOUT));
  family.in.write.close();  // it waits for the end of its stdin
  family.wait_for_its_end();
}

TEST(Job, ABreakawayMustBeAllowed) {
  const Waiting waiting("grandchildren that try to leave the job");
  for (const bool allowed : {true, false}) {
    Result<Job> job = Job::make({.breakaway = allowed});
    Family family(*job, "breakaway");  // starts it inside when it may not leave
    EXPECT_EQ(*job->active(), allowed ? 0U : 1U);
    family.in.write.close();
    family.wait_for_its_end();
  }
}

TEST(Job, ItsPortTellsWhoComesAndGoes) {
  const Waiting waiting("a job's messages");
  Result<Job> job = Job::make();
  EXPECT_FALSE(job->next(Deadline::after(Milliseconds(1)))->has_value());
  Family family(*job, "parent");
  family.in.write.close();
  family.wait_for_its_end();
  std::multiset<JobMessage::What> told;
  std::set<Pid> started;
  while (told.count(JobMessage::What::empty) == 0) {
    const auto message = job->next(Deadline::after(Milliseconds(10'000)));
    ASSERT_TRUE(message && *message);
    told.insert((*message)->what);
    if ((*message)->what == JobMessage::What::started) started.insert((*message)->pid);
  }
  EXPECT_EQ(told.count(JobMessage::What::started), 2U);
  EXPECT_EQ(told.count(JobMessage::What::ended) + told.count(JobMessage::What::crashed), 2U);
  EXPECT_EQ(started.count(family.grandchild), 1U);
}

}  // namespace

}  // namespace proclab::reaping
