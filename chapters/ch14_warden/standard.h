// Chapter 14 · warden: this process's own standard streams, as handles.
#pragma once

#include "platform/native.h"

namespace proclab::warden {

/// Slot 1 or 2 of this process. Windows: GetStdHandle; kNoHandle when there is none.
[[nodiscard]] NativeHandle standard(int slot);

}  // namespace proclab::warden
