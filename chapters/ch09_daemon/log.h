// Chapter 9 · daemon: a log that survives its own rotation, a full disk, and having no descriptors
// left.
//
// Question: logrotate renames daemon.log and makes a new one; why does the daemon go on writing
// into the old? Because it holds the file, not the name. SIGHUP tells it to open the name anew.
// Read log.cpp next.
// Raw calls met: open, write, dup2; CreateFileW, SetStdHandle.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// Appends lines to a file. One write(2) a line, at the file's end (O_APPEND): lines of several
/// processes do not run into each other. Moves, never copies; one thread at a time.
class Log {
 public:
  /// An empty path: no log, lines go nowhere. A new file gets 0666 less the umask; a symbolic link
  /// is followed: the folder of a log should belong to whoever writes it.
  /// Errors: no_such_file_or_directory (the folder), permission_denied, is_a_directory, and so on.
  static Result<Log> open(const std::string& path);

  /// Appends `text`, a line without its end. An error is returned and counted, and the daemon
  /// should live on: when lines can be written again, the first one says how many are missing, and
  /// a line of which only a part went is ended before it. Errors: no_space_on_device,
  /// file_too_large, io_error.
  Result<void> line(std::string_view text);

  /// Opens the path anew. If that fails, the old file stays in use: lines in the wrong file are
  /// better than none. Errors: as open().
  Result<void> reopen();

  /// Makes this process's stdout and stderr go here too, now and after each reopen(): a library's
  /// last words before abort() are worth having. Errors: of dup2.
  Result<void> take_output();

  /// Lines that could not be written since the last that could.
  [[nodiscard]] std::uint64_t missing() const { return missing_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  explicit Log(std::string path, Handle file) noexcept
      : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  Handle file_;
  bool takes_output_ = false;
  bool torn_ = false;  // the last line in the file has no end
  std::uint64_t missing_ = 0;
};

/// Makes stdin, stdout or stderr of this process (0, 1, 2) what `handle` is; the caller keeps
/// `handle`. Also those of the C runtime. Windows: and the one that GetStdHandle() gives.
Result<void> set_standard(int number, NativeHandle handle);

}  // namespace proclab::daemon
