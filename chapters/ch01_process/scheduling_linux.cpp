// Chapter 1 · scheduling on Linux: a policy for each thread, which children inherit.
#include "chapters/ch01_process/scheduling.h"

#include <sched.h>

namespace proclab::process {

Result<void> set_scheduling(Scheduling how) {
  const sched_param no_priority{};  // these two have none; nice(2) is another matter
  const int policy = how == Scheduling::batch ? SCHED_BATCH : SCHED_OTHER;
  if (::sched_setscheduler(0, policy, &no_priority) == -1) return last_error("sched_setscheduler");
  return {};
}

Result<Scheduling> scheduling() {
  const int policy = ::sched_getscheduler(0);
  if (policy == -1) return last_error("sched_getscheduler");
  if (policy == SCHED_OTHER) return Scheduling::normal;
  if (policy == SCHED_BATCH) return Scheduling::batch;
  return make_error("scheduling", std::errc::not_supported, "policy " + std::to_string(policy));
}

}  // namespace proclab::process
