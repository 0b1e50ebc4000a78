// Chapter 4 · spawn: start another program.
//
// Question: what does it take to start a program, with exactly the descriptors, directory,
// environment and identity that it shall have, and to know for sure whether it started?
// Read before: chapter 3 (what fork copies). Then: spawn_posix.cpp or spawn_win32.cpp, which read from
// top to bottom, and child_side_posix.cpp for the heart.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch04_spawn/process.h"
#include "platform/result.h"

namespace proclab::spawn {

/// What stands at one descriptor number of the child. A child gets the slots it is given and nothing
/// else; 0, 1 and 2 are inherited unless a Slot says otherwise.
struct Slot {
  enum class What { handle, inherit, null, closed };

  int number = 0;  ///< the descriptor's number in the child. Windows: its index in the CRT's table.
  What what = What::inherit;
  /// For What::handle: a descriptor of this process, which stays its owner's and stays open here. It
  /// may be close-on-exec (and should be); the child's copy is not.
  NativeHandle source = kNoHandle;

  static Slot from(int number, NativeHandle source) { return {number, What::handle, source}; }
  /// The parent's own descriptor of that number.
  static Slot inherit(int number) { return {number, What::inherit, kNoHandle}; }
  /// /dev/null, or NUL: reads end at once, writes are swallowed.
  static Slot null(int number) { return {number, What::null, kNoHandle}; }
  /// Not open at all. For 0-2 a trap: the child's next open() becomes its stdin.
  static Slot closed(int number) { return {number, What::closed, kNoHandle}; }
};

/// The child's environment: the parent's or an empty one, and then changes, of which a later wins.
/// Inherit: {}. Extend: {.changes = {{"LANG", "C"}}}. Replace: {.empty = true, .changes = {…}}.
struct Environment {
  bool empty = false;
  /// Name and value; nullopt removes the name. Windows: names match without case.
  std::vector<std::pair<std::string, std::optional<std::string>>> changes;
};

/// How close the child stays to its parent's terminal.
enum class Attach {
  with_parent,  ///< the parent's session and process group: Ctrl-C reaches both
  new_group,    ///< a group of its own: setpgid(2); CREATE_NEW_PROCESS_GROUP
  new_session,  ///< no terminal at all: setsid(2); DETACHED_PROCESS and a new group
};

/// How Linux makes the child. All keep the same contract; chapter 3 measures what they cost.
enum class Strategy {
  automatic,    ///< vfork, but fork where a uid or gid changes; CreateProcessW on Windows
  vfork,        ///< clone(CLONE_VM | CLONE_VFORK): borrows the parent's memory until execve
  fork,         ///< copies the page tables: the parent pays for its size
  posix_spawn,  ///< the C library's: cannot do uid, gid, umask or limits, and does not name the step
};

/// A resource limit for the child: setrlimit(2).
struct Limit {
  process::Limit which;
  process::LimitPair value;
};

/// What to start, and how. Texts are UTF-8 (on POSIX: any bytes without a NUL).
struct Options {
  /// A path when it has a slash (Windows: or a backslash), relative to `cwd`; else a name looked for
  /// in the PATH of the *child's* environment, as Node does. Windows also tries .com and .exe.
  std::string file;
  std::vector<std::string> args;     ///< without argv[0]
  std::optional<std::string> argv0;  ///< nullopt: `file`
  Environment env;
  std::string cwd;  ///< empty: the parent's
  std::vector<Slot> slots;
  Attach attach = Attach::with_parent;
  std::optional<unsigned> uid, gid;  ///< POSIX. gid goes first, or it could no longer be changed.
  std::string user;               ///< POSIX: a name; sets uid, gid and its groups from the database
  std::optional<unsigned> umask;  ///< POSIX
  std::vector<Limit> limits;      ///< POSIX
  /// Windows: a job object that the child is born into, so that no grandchild can be outside. Stays its
  /// owner's; PROC_THREAD_ATTRIBUTE_JOB_LIST. Chapter 8 makes these. Elsewhere: not_supported.
  NativeHandle job = kNoHandle;
  /// Linux: the kernel kills the child (SIGKILL, so nothing it does can hinder that) when the *thread*
  /// that started it ends, in whichever way. It is not handed on to what the child starts, and is
  /// forgotten when the child gets other rights, by setuid or by a set-uid program. Elsewhere:
  /// not_supported; chapter 8 has what there is. Source: PR_SET_PDEATHSIG(2const).
  bool die_with_parent = false;
  bool hide_window = false;    ///< Windows: SW_HIDE; nothing elsewhere, as in Node
  bool verbatim_args = false;  ///< Windows: join `args` by blanks, quote nothing; as in Node
  Strategy strategy = Strategy::automatic;
};

/// Starts a program. When it returns a Process, the program runs: execve or CreateProcessW has
/// succeeded. When it returns an Error, there is no child and no descriptor left, and Error::call names
/// the step: "execve", "chdir", "dup2", "setsid", "setrlimit", "setuid"…; for bad input the option:
/// "file", "args", "env", "slots". The child starts with no signal blocked, none of 1-31 ignored, and no
/// handler of the parent's ever runs in it.
///
/// Errors: no_such_file_or_directory; permission_denied (also for a directory); executable_format_error
/// (a script without #! line); argument_list_too_long; bad_file_descriptor; invalid_argument;
/// resource_unavailable_try_again (no process left), too_many_files_open; not_supported for an option
/// that the system or strategy lacks. Threads: any, at the same time.
/// Sources: POSIX fork, exec, dup2; clone(2), close_range(2); MSDN CreateProcessW.
Result<Process> start(const Options& options);

}  // namespace proclab::spawn
