// Chapter 8 · reaping: a program and all that it starts: a job object. Read tree.h first.
#include "chapters/ch08_reaping/job_win32.h"
#include "chapters/ch08_reaping/tree.h"

namespace proclab::reaping {

struct Tree::State {
  explicit State(Job made) : job(std::move(made)) {}
  // Not the way of a crash: whoever closes this in peace shall not end what still serves somebody.
  ~State() { (void)job.let_live(); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  Job job;
};

Tree::Tree(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

Result<Tree> Tree::make() {
  Result<Job> job = Job::make();
  if (!job) return job.error();
  return Tree(std::make_unique<State>(std::move(*job)));
}

void Tree::put_around(spawn::Options& options) const { options.job = state_->job.native(); }

//> kill
Result<void> Tree::kill(spawn::Process& leader, int signal) const {
  // The leader first, and by its Process, which notes what the exit code 1 stood for.
  if (Result<void> sent = leader.kill(signal); !sent) return sent;
  return signal == 0 ? Result<void>{} : state_->job.terminate();
}
//< kill

//> our-job
Result<void> put_in_our_job(spawn::Options& options) {
  // One for all, and for ever: its only handle closes when this process is gone.
  static const Result<Job> job = Job::make({.children_outside = true});
  if (!job) return job.error();
  options.job = job->native();
  return {};
}
//< our-job

}  // namespace proclab::reaping
