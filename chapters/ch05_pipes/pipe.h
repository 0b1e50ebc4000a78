// Chapter 5 · pipes: a pipe, how much it holds, and reading from it.
//
// Question: what is between the two ends of `a | b`, who may hold them, and when does a read end?
// Read before: chapter 2 (writing), chapter 4 (who gets a descriptor). Then pipe_linux.cpp or
// pipe_win32.cpp. Meets: pipe2, read, fcntl(F_GETPIPE_SZ), ioctl(FIONREAD); CreatePipe,
// CreateNamedPipeW, ReadFile, GetNamedPipeInfo, PeekNamedPipe.
#pragma once

#include <cstddef>
#include <string>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::pipes {

/// Two ends of one queue of bytes in the kernel. What is written to `write` comes out of `read`, in
/// order, without any mark where one write ended. A read ends the file (0 bytes) when *every* copy of
/// the write end is closed, in all processes; a write fails when every copy of the read end is.
struct Pipe {
  Handle read;
  Handle write;
};

/// Which ends are for a program that waits for several things at once, and so must never be held up
/// by one. Such an end is O_NONBLOCK on POSIX and was made with FILE_FLAG_OVERLAPPED on Windows: two
/// ways to use it, which only the code beside this header knows. Give a child the other kind: most
/// programs take EAGAIN for an error, and few expect to have to pass an OVERLAPPED.
enum class Async { none, read, write, both };

/// A new pipe. No program that is started gets its ends, unless spawn::Slot gives it one: they are
/// close-on-exec, or not inheritable. `capacity`: bytes that it shall hold at least; 0: what the system
/// likes (Linux 64 KiB, or 4 KiB for who has too many; Windows 4 KiB as CreatePipe makes it).
/// Windows: CreatePipe for Async::none. It has no other kind, so anything else is a named pipe of one
/// instance, whose name is known to nobody else. macOS: there is a moment between pipe() and fcntl() in which another
/// thread's child may get a copy; no call closes it.
/// Errors: too_many_files_open, too_many_files_open_in_system; for a capacity: operation_not_permitted
/// (above /proc/sys/fs/pipe-max-size), not_supported (macOS). Sources: pipe(2), pipe(7); MSDN CreatePipe.
Result<Pipe> make_pipe(Async ends = Async::none, std::size_t capacity = 0);

/// How many bytes the pipe behind either end holds before a writer must wait. Linux and Windows; a
/// promise on neither: Linux counts pages, and many small writes may share one or not; Windows takes
/// it for advice. Errors: bad_file_descriptor (also for what is no pipe), not_supported (macOS).
Result<std::size_t> capacity(NativeHandle end);

/// Asks for room for `bytes`, and gives what there is then: Linux rounds up to a power of two of pages.
/// Errors: operation_not_permitted above /proc/sys/fs/pipe-max-size (without CAP_SYS_RESOURCE);
/// device_or_resource_busy when more is in it already; not_supported on Windows, where a pipe's size is
/// settled when it is made, and on macOS, where the kernel chooses. Source: fcntl(2), F_SETPIPE_SZ.
Result<std::size_t> set_capacity(NativeHandle end, std::size_t bytes);

/// How many bytes lie in the pipe right now. Only a reader who is alone can rely on it, and only
/// downwards: more may come. 0 where nothing is, at the end of the file too.
/// Sources: ioctl_pipe FIONREAD; MSDN PeekNamedPipe.
Result<std::size_t> unread(NativeHandle read_end);

/// Waits until there is something, reads at most `size` bytes, and says how many; 0 is the end of the
/// file. What chapter 2's BlockingWriter is for writing: it copes with EINTR, and with an end that is
/// Async. Any handle: pipe, file, socket. Windows: a writer that is gone is the end of the file here, too,
/// and a write of no bytes, which a Windows reader is told of, is not.
Result<std::size_t> read_some(NativeHandle from, char* room, std::size_t size);

/// All that comes up to the end of the file. A pipe whose write end somebody forgot to close never
/// ends, and this never returns: communicate() has a deadline.
Result<std::string> read_all(NativeHandle from);

}  // namespace proclab::pipes
