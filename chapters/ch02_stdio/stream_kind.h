// Chapter 2 · stdio: what is behind a descriptor? Everything else in the chapter hangs on the answer.
//
// Read this file first, then stream_kind_posix.cpp or stream_kind_win32.cpp beside it.
// Raw calls met: fstat, isatty; GetStdHandle, GetFileType, GetConsoleMode, getsockopt.
#pragma once

#include "platform/native.h"

namespace proclab::stdio {

/// What a program's output runs into. The kind decides whether a write can wait, whether it can be
/// cut short, and whether C's stdio gathers lines or whole blocks.
enum class StreamKind {
  file,         ///< a regular file: a write never waits for a reader
  tty,          ///< a terminal (POSIX) or a console (Windows)
  pipe,         ///< a pipe or FIFO; on Windows an anonymous or named pipe
  socket,       ///< a socket of any family
  null_device,  ///< /dev/null or NUL: takes all, keeps nothing
  other_device,  ///< any other device, or a thing that is none of these: /dev/full, a directory, COM1
  closed,        ///< no open descriptor or handle
};

/// The kind of what `handle` refers to. Borrows it. Never fails: what cannot be asked is closed.
/// errno / GetLastError() are left alone. Any thread.
/// Source: POSIX fstat(), isatty(); MSDN GetFileType, whose FILE_TYPE_CHAR and FILE_TYPE_PIPE are each
/// two kinds of ours.
[[nodiscard]] StreamKind classify(NativeHandle handle) noexcept;

/// "file", "tty", "null device", …: for a person.
[[nodiscard]] const char* to_string(StreamKind kind) noexcept;

/// The process's stdin (0), stdout (1) or stderr (2). POSIX: the number itself, whether it is open or
/// not. Windows: GetStdHandle, so kNoHandle for a program that was started without one.
[[nodiscard]] NativeHandle standard(int slot) noexcept;

}  // namespace proclab::stdio
