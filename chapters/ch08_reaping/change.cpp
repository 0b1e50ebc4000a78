// Chapter 8 · reaping: a change in words, and in a shell's one number.
#include "chapters/ch08_reaping/change.h"

#include <cassert>

#include "chapters/ch01_process/ending.h"

namespace proclab::reaping {

int Change::shell_code() const {
  assert(ended());
  return what == What::signalled ? process::shell_code(signal) : static_cast<int>(code);
}

std::string Change::text() const {
  switch (what) {
    case What::exited: return "exit " + std::to_string(code);
    case What::signalled: return "signal " + std::to_string(signal) + (core ? " (core)" : "");
    case What::stopped: return "stopped by signal " + std::to_string(signal);
    case What::continued: return "continued";
  }
  return {};
}

Change change_of(const spawn::ExitStatus& status) {
  if (status.signal == 0) return {Change::What::exited, status.code, 0, false};
  return {Change::What::signalled, 0, status.signal, status.core};
}

}  // namespace proclab::reaping
