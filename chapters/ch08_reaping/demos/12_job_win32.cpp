// Chapter 8 · job: a fence around a family, and a status that outlives its process.
//
// Look for: the grandchild was born into its parent's job. The parent has ended; a kill by pid
// could not find the grandchild any more. The job ends it. And the parent's code is there for as
// long as its handle is open.
//
// Run: ch08_job
#include <cstdio>
#include <cstring>
#include <future>
#include <string_view>

#include "chapters/ch08_reaping/job_win32.h"
#include "platform/self.h"

using namespace proclab;

static int be_parent(const std::string& self) {
  Result<spawn::Process> child = spawn::start({.file = self, .args = {"--grandchild"}});
  if (!child) return 1;
  child->disown();
  return 7;
}

static const char* word_of(reaping::JobMessage::What what) {
  using What = reaping::JobMessage::What;
  return what == What::started ? "started"
         : what == What::ended ? "ended"
         : what == What::empty ? "empty"
                               : "other";
}

int main(int argc, char** argv) {
  const Result<std::string> self = self_path();
  if (!self) return 1;
  if (argc > 1 && std::strcmp(argv[1], "--parent") == 0) return be_parent(*self);
  if (argc > 1 && std::strcmp(argv[1], "--grandchild") == 0)
    std::promise<void>().get_future().wait();
  if (argc > 1) {
    std::puts("usage: ch08_job\nA family in a job object.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }

  Result<reaping::Job> job = reaping::Job::make();
  if (!job) return std::puts(job.error().message().c_str()), 1;
  Result<spawn::Process> parent = job->start({.file = *self, .args = {"--parent"}});
  if (!parent) return std::puts(parent.error().message().c_str()), 1;
  const Result<spawn::ExitStatus> end = parent->wait();
  std::printf("the parent: %s\n", end ? end->text().c_str() : end.error().message().c_str());
  const Result<unsigned> alive = job->active();
  std::printf("alive in the job: %u\n", alive ? *alive : 999);
  if (!job->terminate()) return 1;
  for (;;) {
    const auto message = job->next(Deadline::after(Milliseconds(10'000)));
    if (!message || !*message) return std::puts("no message"), 1;
    std::printf("the job says: %s\n", word_of((*message)->what));
    if ((*message)->what == reaping::JobMessage::What::empty) return 0;
  }
}
