// tests/support · gate on Windows: a manual-reset event, which stays set once it is.
#include <windows.h>

#include <cassert>

#include "tests/support/gate.h"

namespace proclab::test {

Gate::Gate() {
  waiter_ = Handle(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  assert(waiter_ && "Gate: CreateEventW failed");
  HANDLE copy = nullptr;  // one event, two handles: each side closes its own
  ::DuplicateHandle(::GetCurrentProcess(), waiter_.get(), ::GetCurrentProcess(), &copy, 0, FALSE,
                    DUPLICATE_SAME_ACCESS);
  opener_ = Handle(copy);
}

void Gate::open() { ::SetEvent(opener_.get()); }

bool Gate::wait(Milliseconds span) {
  const Deadline deadline = Deadline::after(span);
  return ::WaitForSingleObject(waiter_.get(), static_cast<DWORD>(deadline.poll_timeout())) ==
         WAIT_OBJECT_0;
}

void set_inheritable(NativeHandle handle, bool on) {
  ::SetHandleInformation(handle, HANDLE_FLAG_INHERIT, on ? HANDLE_FLAG_INHERIT : 0);
}

std::string to_text(NativeHandle handle) {
  return std::to_string(reinterpret_cast<std::uintptr_t>(handle));
}

}  // namespace proclab::test
