// Chapter 2 · stdio: an experiment. A program writes a lot to a reader who comes late. What arrives?
//
// Node documents which of its streams are written synchronously. This measures it, for any program,
// by facts and not by a stopwatch. Read writer.h and stream_writer.h before.
// Raw calls met: pipe2, socketpair, posix_openpt, fork, execvp, waitpid; CreateNamedPipeW,
// CreateProcessW. They belong to later chapters and are only used here.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "platform/result.h"

namespace proclab::stdio {

/// What the writer's stdout is.
enum class Channel { file, tty, pipe, socket_pair, tcp };
[[nodiscard]] const char* to_string(Channel channel) noexcept;

/// How it went.
struct LateReading {
  std::size_t taken = 0;    ///< the writer's word: what the kernel had when its write() returned
  std::size_t kept = 0;     ///< the writer's word: what it still held itself then
  bool waited = false;      ///< write() had not returned before somebody read: it blocked
  std::size_t arrived = 0;  ///< what the reader got, in all, after the writer's end
};

/// Runs `writer` (argv; found in PATH) with its stdout on a fresh `channel`. The writer has to write,
/// then print "TAKEN KEPT\n" to stderr (the report), then end at once. The reader does not read a byte
/// before the writer has ended, or is seen to sleep until there is room and so would never end.
///
/// How "sleeps until there is room" is known: Linux tells in /proc/PID/stat and /proc/PID/syscall.
/// Windows: the pipe is full and half a second brings no report; `waited` is then settled by
/// arithmetic: more was taken than the pipe holds. macOS has neither: function_not_supported.
/// Channels: Linux all; Windows file and pipe (a named pipe, 64 KiB, the writer's end overlapped).
/// Errors: timed_out when the writer neither ends nor waits within 20 s (it is killed); protocol_error
/// when it made no report; whatever the system says. Leaves no process and no handle behind.
[[nodiscard]] Result<LateReading> late_reader(Channel channel,
                                              const std::vector<std::string>& writer);

/// What a writer writes in this experiment, in bytes.
inline constexpr std::size_t kMegabyte = 1'000'000;

/// The other side of late_reader: the whole main of a writer that writes kMegabyte with BlockingWriter
/// ("blocking") or StreamWriter ("stream"), reports, and returns its exit code. With `drain` it
/// flushes before it reports.
[[nodiscard]] int be_the_writer(const std::string& how, bool drain);

}  // namespace proclab::stdio
