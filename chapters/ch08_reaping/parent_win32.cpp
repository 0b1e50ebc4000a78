// Chapter 8 · reaping: the lifeline on Windows: a handle to the holder itself, which becomes signalled when
// it ends. Read before: parent.h. Meets: DuplicateHandle, _get_osfhandle.
#include <windows.h>

#include <io.h>

#include "chapters/ch08_reaping/parent.h"

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

Result<NativeHandle> lifeline_in(int number) {
  const auto handle = reinterpret_cast<HANDLE>(::_get_osfhandle(number));
  if (handle == INVALID_HANDLE_VALUE || handle == nullptr) {
    return make_error("_get_osfhandle", std::errc::bad_file_descriptor);
  }
  ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, 0);
  return handle;
}

Result<void> die_with_parent(Pid, int) {
  return make_error("prctl", std::errc::not_supported,
                    "PDEATHSIG is Linux's; take a job object or a Lifeline");
}

}  // namespace proclab::reaping
