// Chapter 14 · warden: run a program that nobody trusts.
//
// Question: a stranger's program forks, floods, sleeps for ever, flees and holds on to its pipes. What
// does it take to run it all the same, to be back in time, and to leave nothing of it behind? Layers:
// each stops some of it, and lets something else through. Read before: chapter 4 (spawn), chapter 8
// (the subreaper, whole trees). Then warden_linux.cpp or warden_win32.cpp, from top to bottom; then
// a layer a file.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::warden {

/// How much a program may have. Nothing: no limit.
struct Limits {
  std::optional<Milliseconds> wall;  ///< from its start on, for all of its tree
  /// Seconds of CPU. POSIX: of each process (RLIMIT_CPU); where a cgroup counts, also of the whole tree.
  /// Windows: of the whole job.
  std::optional<std::uint64_t> cpu;
  /// Bytes. Of the whole tree where a cgroup or a job holds it; else each process's address space.
  std::optional<std::uint64_t> memory;
  std::optional<std::uint64_t> file_size;  ///< bytes a file may grow to; POSIX
  std::optional<std::uint64_t> files;      ///< one more than the highest descriptor; POSIX
  /// Processes (Linux: threads too) of the tree where a cgroup or a job holds it; else, and besides,
  /// of the *user* (RLIMIT_NPROC), which does not hold for root at all.
  std::optional<std::uint64_t> processes;
  std::optional<std::uint64_t> output;  ///< bytes of stdout and stderr together; one more ends it
};

/// Which walls to build. A wall that this machine does not permit is missing in Report::layers, with the
/// reason, unless `strict`. The group, the sweep and no_new_privs are always there.
struct Layers {
  bool cgroup = true;  ///< Linux, where one can be made
  /// Linux: user, pid, mount, ipc and uts namespaces of its own: it sees and reaches only itself.
  bool namespaces = false;
  bool no_network = false;  ///< Linux: a network namespace with nothing but its own loopback
  /// Linux, with `namespaces`: all files are read-only, and /tmp is a small, empty one of its own.
  bool read_only = false;
  bool seccomp = false;  ///< Linux: a filter that refuses the system calls of seccomp_linux.h
  bool strict = false;   ///< a wall that cannot be built is an Error, and nothing is run
};

struct Options {
  /// What to run: file, args, env, cwd; uid and gid make it another user, where we are root. Slot 0 is
  /// the null device unless it is named here; 1 and 2 are the warden's. Its attach, limits and
  /// job are the warden's too.
  spawn::Options command;
  Limits limits;
  Layers layers;
  /// Where its stdout and stderr are passed on to. kNoHandle: kept in Report::output and errors, up
  /// to limits.output or 1 MiB. Stay the caller's. Nothing waits for a slow reader but the program.
  NativeHandle output = kNoHandle;
  NativeHandle errors = kNoHandle;
  /// When this becomes readable (signalled), all is ended: a signals::Source, a lifeline. Stays the
  /// caller's.
  NativeHandle stop = kNoHandle;
};

/// Why it is over.
enum class Ended {
  exited,     ///< by itself: `status` has the code
  killed,     ///< by a signal (Windows: a crash) that no limit of ours stands for
  wall,       ///< the deadline
  cpu,        ///< its CPU time was used up
  memory,     ///< the whole tree's memory was used up, and the kernel killed for it
  output,     ///< it said more than it may
  file_size,  ///< SIGXFSZ: a file would have grown beyond its limit
  stopped,    ///< Options::stop
};

/// A process that was still there when the command itself had ended or was ended.
struct Survivor {
  Pid pid = 0;          ///< as the warden sees it, not as a pid namespace numbers it
  std::string command;  ///< its command line; its name in brackets where that is empty
};

/// A wall, and whether it stood.
struct Layer {
  std::string name;
  bool held = false;
  std::string detail;  ///< how, or why not
};

/// How it went.
struct Report {
  Ended ended = Ended::exited;
  std::string why;  ///< one line for a person
  /// Of the command itself; what it started has no say. When we ended it: by kKill.
  spawn::ExitStatus status;
  std::chrono::microseconds wall{}, cpu{};  ///< cpu: of all the tree, as far as it was waited for
  std::uint64_t peak_memory = 0;            ///< bytes
  bool peak_of_tree = false;                ///< false: of its largest process alone
  std::uint64_t output_bytes = 0, error_bytes = 0;  ///< that were taken; what is cut is not counted
  bool output_cut = false;
  std::string output, errors;  ///< where Options named no handle
  std::vector<Survivor> survivors;
  bool swept = false;               ///< nothing of it lives any more, as far as can be seen
  std::uint64_t oom_kills = 0;      ///< cgroup: processes killed for memory
  std::uint64_t refused_forks = 0;  ///< cgroup: for the limit of processes
  std::vector<Layer> layers;
};

/// Runs the command inside the walls, until it ends, its time is over, or a limit ends it; then ends all
/// that it left behind, also who fled; then takes what still lies in its pipes, and waits for nobody
/// who holds them. An Error means that it was not run: bad options, a program that cannot be
/// started (as spawn::start() says it), a limit that this system has not or does not keep (not_supported, by
/// its name), or a wall that `strict` wants and the machine does not permit.
///
/// It adopts orphans and sweeps away everything below this process, so it is for a program that does
/// nothing else: device_or_resource_busy when this process has children already. One call at a time.
/// SIGCHLD must not be ignored. When this process is killed by SIGKILL: with `namespaces` the kernel ends
/// all; without, only the command itself dies: see guard.h. Windows: the job ends all.
/// macOS: not_supported.
///
/// Sources: setrlimit(2), cgroups(7), namespaces(7), seccomp(2), PR_SET_CHILD_SUBREAPER(2const); MSDN
/// JOBOBJECT_EXTENDED_LIMIT_INFORMATION.
Result<Report> run(const Options& options);

}  // namespace proclab::warden
