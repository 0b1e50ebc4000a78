// Chapter 7 · signals: no core of this process. For ending_posix.cpp.
#pragma once

namespace proclab::signals {

/// Whatever kills this process from now on, the system keeps no image of its memory.
void leave_no_core() noexcept;

}  // namespace proclab::signals
