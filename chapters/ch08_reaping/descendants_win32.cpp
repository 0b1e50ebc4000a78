// Chapter 8 · reaping: nobody adopts on Windows, and a parent's number is only a memory. What holds a
// family together there is a job object: job_win32.h. Read before: descendants.h.
#include "chapters/ch08_reaping/descendants.h"

namespace proclab::reaping {
namespace {

Error jobs_do_that(const char* call) {
  return make_error(call, std::errc::not_supported,
                    "Windows has no adoption; a job object holds a family together");
}

}  // namespace

Result<void> adopt_orphans(bool) { return jobs_do_that("adopt_orphans"); }
Result<std::size_t> kill_descendants(std::span<const Pid>) {
  return jobs_do_that("kill_descendants");
}

}  // namespace proclab::reaping
