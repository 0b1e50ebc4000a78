// Chapter 8 · reaping: notice without the lock, reap and signal under it.
//
// A waitpid() that blocks under a lock would lock out kill(); one without a lock reaps while another
// thread's kill() is on its way, and the number may be a stranger's when it arrives. So the two
// halves of waiting are taken apart. Read before: shared_child.h.
#include "chapters/ch08_reaping/shared_child.h"

namespace proclab::reaping {

Result<std::unique_ptr<SharedChild>> SharedChild::take(spawn::Process& child) {
  Result<Handle> watched = watch(child);
  if (!watched) return watched.error();
  return std::unique_ptr<SharedChild>(new SharedChild(std::move(*watched), std::move(child)));
}

//> wait
Result<std::optional<spawn::ExitStatus>> SharedChild::wait_until(Deadline deadline) {
  const Result<bool> ended =
      wait_ended(watched_.get(), deadline);  // any number of threads stand here
  if (!ended) return ended.error();
  if (!*ended) return std::optional<spawn::ExitStatus>{};
  const std::lock_guard lock(mutex_);
  return child_.try_wait();  // the first one reaps; to the others Process gives the same once more
}

Result<void> SharedChild::kill(int signal) {
  const std::lock_guard lock(mutex_);  // nobody reaps while the signal is under way
  return child_.kill(signal);
}
//< wait

Result<spawn::ExitStatus> SharedChild::wait() {
  const Result<std::optional<spawn::ExitStatus>> status = wait_until(Deadline::never());
  if (!status) return status.error();
  return **status;
}

}  // namespace proclab::reaping
