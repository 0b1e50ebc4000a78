// Chapter 7 · signals: 128 + n. Read ending.h first.
#include "chapters/ch07_signals/ending.h"

namespace proclab::signals {

unsigned shell_code(const spawn::ExitStatus& status) {
  return status.signal != 0 ? 128U + static_cast<unsigned>(status.signal) : status.code;
}

}  // namespace proclab::signals
