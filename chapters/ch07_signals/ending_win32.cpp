// Chapter 7 · signals: to die as somebody else died, on Windows. Read ending.h first.
#include "chapters/ch07_signals/ending.h"

#include <windows.h>

namespace proclab::signals {

[[noreturn]] void end_as(const spawn::ExitStatus& status) noexcept {
  ::TerminateProcess(::GetCurrentProcess(), shell_code(status));  // as _exit(): nothing else runs
  ::ExitProcess(shell_code(status));
}

}  // namespace proclab::signals
