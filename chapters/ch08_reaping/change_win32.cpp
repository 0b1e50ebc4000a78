// Chapter 8 · reaping: a child's changes on Windows, which are its end.
//
// A debugger or SuspendThread can halt a process, and nobody is told. Read before: change.h.
#include "chapters/ch08_reaping/change.h"

namespace proclab::reaping {

Result<Change> wait_change(spawn::Process& child) {
  const Result<spawn::ExitStatus> end = child.wait();
  if (!end) return end.error();
  return change_of(*end);
}

}  // namespace proclab::reaping
