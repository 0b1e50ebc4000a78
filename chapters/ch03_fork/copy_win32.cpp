// Chapter 3 · copy on Windows: there is none, and this file says so.
//
// NtCreateProcess could clone an address space (RtlCloneUserProcess), but nothing above the kernel
// survives it: the Win32 subsystem, the loader's locks and the console know only the parent. So no
// program uses it, and neither do we. What stands in fork's place is demos/07_instead_win32.cpp.
#include "chapters/ch03_fork/copy.h"

namespace proclab::fork {
namespace {

Error no_fork(const char* call) {
  return make_error(
      call, std::errc::function_not_supported,
      "Windows cannot copy a process: start a fresh one with CreateProcessW, list the "
      "handles it inherits, and pass data in a section that both map");
}

}  // namespace

Copy::~Copy() = default;

Result<CopyEnd> Copy::wait() { return no_fork("wait"); }

Result<Copy> start_copy(const std::function<int()>&) { return no_fork("fork"); }

Result<Answer> ask_copy(const std::function<int(NativeHandle out)>&) { return no_fork("fork"); }

}  // namespace proclab::fork
