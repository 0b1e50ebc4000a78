// Chapter 8 · reaping: macOS has no PDEATHSIG. Compiled, not run. Read before: parent.h.
#include "chapters/ch08_reaping/parent.h"

namespace proclab::reaping {

Result<void> die_with_parent(Pid, int) {
  return make_error("prctl", std::errc::not_supported, "PDEATHSIG is Linux's; take a Lifeline");
}

Result<void> end_with_us(spawn::Options&) {
  return make_error("end_with_us", std::errc::not_supported,
                    "only a child that looks can end with us");
}

}  // namespace proclab::reaping
