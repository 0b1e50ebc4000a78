// Chapter 9 · daemon: a file that says which process is the one.
//
// Question: how can only one of many that start at the same moment become the daemon, and how does
// somebody else learn which one did? Not by the file's existence: it survives a crash. By a lock on
// it: the kernel drops that with its holder. Read next: pidfile_posix.cpp, file_lock_posix.h.
// Raw calls met: open, fcntl(F_OFD_SETLK, F_SETLK, F_GETLK), fstat, unlink; CreateFileW.
#pragma once

#include <string>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// The right to be the daemon of this name, as long as it lives: the process, or this object.
/// Moves, never copies; one thread at a time.
///
/// POSIX: two locks on the file. The one on byte 0 belongs to the open description, so that it
/// outlives a fork (and so a child that was forked and did not exec keeps it, too): it decides. The
/// one on byte 1 belongs to the process: through it the kernel itself tells others who that is. Do
/// not open and close the file by other means in the holder: that drops the second lock (fcntl(2)),
/// and then nobody can find the holder any more. Windows: the file is open to nobody else for
/// writing.
class PidFile {
 public:
  /// Takes the file, which may be there or not, and writes this process's id into it (first line).
  /// Never waits. Call it in the process that stays, after any fork.
  ///
  /// Errors: device_or_resource_busy when another process has it (detail: which);
  /// too_many_symbolic_link_levels when it is a symbolic link (never followed: whoever may write to
  /// the folder could have us overwrite any file); is_a_directory; invalid_argument when it is
  /// something else than a plain file, and for a NUL in the path; too_many_links when the file has
  /// a second name; permission_denied, no_such_file_or_directory (the folder), no_space_on_device,
  /// too_many_files_open. Sources: fcntl(2), F_OFD_SETLK; MSDN CreateFileW (dwShareMode).
  static Result<PidFile> take(const std::string& path);

  PidFile(PidFile&& other) noexcept = default;
  PidFile& operator=(PidFile&& other) noexcept;
  /// Removes the file, if it is still ours, and lets the lock go, in this order. In a fork()ed
  /// child it only closes. A process that is killed leaves the file behind, without a lock: stale.
  ~PidFile() { release(); }
  void release() noexcept;

  [[nodiscard]] const std::string& path() const { return path_; }
  /// Whether the path still leads to the file that we hold. If somebody removed it, a second daemon
  /// can start beside this one: a long-lived one may want to look now and then.
  [[nodiscard]] bool in_place() const noexcept;

 private:
  PidFile(Handle file, std::string path, Pid owner) noexcept
      : file_(std::move(file)), path_(std::move(path)), owner_(owner) {}

  Handle file_;
  std::string path_;
  Pid owner_ = 0;
};

/// What a pidfile says to somebody who only looks.
struct Standing {
  enum class What {
    absent,  ///< there is no such file
    stale,   ///< there is one, and nobody holds it: its daemon died without a last word
    held,    ///< a living process holds it
  };
  What what = What::absent;
  /// Of held: who. 0: not known (yet): the holder has just taken it; or it has died, and a child
  /// that it forked has inherited the lock; or it lives in a pid namespace that we cannot see.
  Pid pid = 0;
};

/// Looks, and takes nothing, not even for a moment: a look must not make a start fail. The file's
/// text is not believed (Windows: only together with the time at which that process was started).
/// The answer is already old when it comes. To signal the holder use find_holder() (control.h).
/// Errors: permission_denied and what else take() says of a path.
Result<Standing> look_at(const std::string& path);

}  // namespace proclab::daemon
