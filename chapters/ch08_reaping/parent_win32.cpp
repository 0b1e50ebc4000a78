// Chapter 8 · reaping: the lifeline on Windows: a handle to the holder itself, which becomes
// signalled when it ends. Read before: parent.h. Meets: DuplicateHandle, GetStartupInfoW,
// SetHandleInformation.
#include <windows.h>

#include <cstdint>
#include <cstring>

#include "chapters/ch08_reaping/parent.h"
#include "chapters/ch08_reaping/tree.h"

namespace proclab::reaping {

//> lifeline
Result<Lifeline> make_lifeline() {
  // SYNCHRONIZE alone: enough to wait, too little to end or read us.
  HANDLE end = nullptr;
  const HANDLE self = ::GetCurrentProcess();
  if (!::DuplicateHandle(self, self, self, &end, SYNCHRONIZE, FALSE, 0)) {
    return last_error("DuplicateHandle");
  }
  return Lifeline{Handle(), Handle(end)};
}
//< lifeline

//> lifeline-in
/// The parent's table of slots lies in our start information: a count, a byte of flags for each,
/// then the handles (chapter 4, plan_win32.cpp). The C runtime drops what is no file from it, so
/// its _get_osfhandle() does not know a process handle.
Result<NativeHandle> lifeline_in(int number) {
  STARTUPINFOW info{};
  ::GetStartupInfoW(&info);
  std::uint32_t count = 0;
  if (info.cbReserved2 >= sizeof count) std::memcpy(&count, info.lpReserved2, sizeof count);
  if (number < 0 || static_cast<std::uint32_t>(number) >= count) {
    return make_error("lifeline_in", std::errc::bad_file_descriptor);
  }
  HANDLE handle = nullptr;
  const std::size_t at = sizeof count + count + static_cast<std::size_t>(number) * sizeof handle;
  if (at + sizeof handle <= info.cbReserved2) {
    std::memcpy(&handle, info.lpReserved2 + at, sizeof handle);
  }
  if (!::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0)) {
    return last_error("SetHandleInformation");
  }
  return handle;
}
//< lifeline-in

Result<void> die_with_parent(Pid, int) {
  return make_error("prctl", std::errc::not_supported,
                    "PDEATHSIG is Linux's; take a job object or a Lifeline");
}

Result<void> end_with_us(spawn::Options& options) {
  if (options.job != kNoHandle) return {};  // whoever made that job knows when it shall end
  return put_in_our_job(options);
}

}  // namespace proclab::reaping
