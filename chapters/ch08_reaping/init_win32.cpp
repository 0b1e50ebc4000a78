// Chapter 8 · reaping: init on Windows: a job object does the duties. Read before: job_win32.h.
//
// There is nothing to reap, and no signal to pass on: Ctrl-C and Ctrl-Break go to every process of
// the console. What is left is to hold the family together, and to end as the child ends.
// Meets: SetConsoleCtrlHandler, WaitForMultipleObjects.
#include <windows.h>

#include "chapters/ch08_reaping/change.h"
#include "chapters/ch08_reaping/init.h"
#include "chapters/ch08_reaping/job_win32.h"

namespace proclab::reaping {
namespace {

/// A handler, not the "ignore" of SetConsoleCtrlHandler(nullptr): a child would inherit that.
BOOL WINAPI leave_it_to_the_child(DWORD) { return TRUE; }

/// True: the lifeline has ended, and the child has not.
Result<bool> wait_for_either(HANDLE child, HANDLE lifeline) {
  const HANDLE both[] = {child, lifeline};
  const DWORD count = lifeline == nullptr ? 1 : 2;
  const DWORD rc = ::WaitForMultipleObjects(count, both, FALSE, INFINITE);
  if (rc == WAIT_FAILED) return last_error("WaitForMultipleObjects");
  return rc == WAIT_OBJECT_0 + 1;
}

}  // namespace

Result<int> run_init(const InitOptions& options) {
  Result<Job> job = Job::make();
  if (!job) return job.error();
  ::SetConsoleCtrlHandler(leave_it_to_the_child, TRUE);
  Result<spawn::Process> child = job->start(options.command);
  if (!child) return child.error();
  const Result<bool> cut = wait_for_either(child->native(), options.lifeline);
  const bool terminated = (!cut || *cut) && job->terminate();
  const Result<spawn::ExitStatus> end = child->wait();
  if (!cut) return cut.error();
  if (!end) return end.error();
  if (terminated) return change_of({0, spawn::kKill, false}).shell_code();
  return change_of(*end).shell_code();  // the job closes with us, and ends what is left
}

}  // namespace proclab::reaping
