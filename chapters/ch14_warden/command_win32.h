// Chapter 14 · warden: with what another process was started. Windows only.
#pragma once

#include <string>

#include "platform/native.h"

namespace proclab::warden {

/// The command line of a process, as that process's own memory has it, so it may have changed it. Empty: it has
/// ended, or is not ours to read.
[[nodiscard]] std::string command_of(Pid pid);

}  // namespace proclab::warden
