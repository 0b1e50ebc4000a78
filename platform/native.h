// platform · what the system calls its things. The only file in the house with an #ifdef _WIN32.
//
// Everything else is chosen by the build from a file's suffix (_posix, _linux, _macos, _win32), so
// that no lesson is written twice in one function.
#pragma once

#include <cstdint>

namespace proclab {

#ifdef _WIN32
/// A HANDLE: what CreateFileW, CreatePipe or OpenProcess return. void* so as not to drag in windows.h.
using NativeHandle = void*;
/// A process id, as GetCurrentProcessId returns it.
using Pid = std::uint32_t;
inline constexpr bool kWindows = true;
#else
/// A file descriptor: an index into this process's table (open(2)).
using NativeHandle = int;
/// A process id, as getpid(2) returns it (pid_t on every system we build for).
using Pid = std::int32_t;
inline constexpr bool kWindows = false;
#endif

/// No handle. POSIX: -1, what open(2) returns when it fails. Windows: a null HANDLE; Handle also
/// takes INVALID_HANDLE_VALUE for it, since CreateFileW fails with that one.
#ifdef _WIN32
inline constexpr NativeHandle kNoHandle = nullptr;
#else
inline constexpr NativeHandle kNoHandle = -1;
#endif

}  // namespace proclab
