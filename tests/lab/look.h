// tests/lab · look: what the kernel says of a process that is not ours, while it lives.
//
// A judge believes no word that a program prints; it looks at the program. Linux: /proc. Meets:
// /proc/PID/{stat,status,fd,fdinfo,syscall,exe}. Needs the right to look: the same user, or root.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/clock.h"
#include "platform/native.h"

namespace proclab::lab {

/// One process, as it was at one moment.
struct Seen {
  Pid pid = 0;  ///< its number here
  Pid own = 0;  ///< its number in its own pid namespace: the one that it prints
  Pid parent = 0;
  Pid group = 0;
  Pid session = 0;
  char state = '?';  ///< as in ps: R, S, D, T, Z
  std::uint64_t started = 0;
  std::string name;
  unsigned depth = 1;  ///< how many pid namespaces it has a number in
};

/// Sends a signal to it, and to no stranger that has its number by now. False: it is gone.
bool send_signal(const Seen& who, int signal);

/// nullopt: gone.
[[nodiscard]] std::optional<Seen> look_at(Pid pid);
/// All that descends from this process, parents before children.
[[nodiscard]] std::vector<Seen> descendants();
/// Those of `all` whose parent is `parent`.
[[nodiscard]] std::vector<Seen> children_of(const std::vector<Seen>& all, Pid parent);
/// The member of `all` with that number in its own namespace: what to make of a pid that was printed.
[[nodiscard]] const Seen* find_own(const std::vector<Seen>& all, Pid own);

/// One open descriptor.
struct Descriptor {
  int number = -1;
  std::string target;  ///< "pipe:[1234]", "socket:[99]", "/dev/null"
  int flags = 0;       ///< O_ACCMODE, O_NONBLOCK, O_APPEND, O_CLOEXEC

  [[nodiscard]] bool reads() const;
  [[nodiscard]] bool writes() const;
};

/// Empty also when it is gone or a zombie: then it has none.
[[nodiscard]] std::vector<Descriptor> descriptors_of(Pid pid);
/// What a descriptor of this process would be called in the other's list: "pipe:[1234]".
[[nodiscard]] std::string target_of(NativeHandle ours);

/// Its signal sets, as bits: signal N is bit N-1.
struct Signals {
  std::uint64_t blocked = 0, ignored = 0, caught = 0, pending = 0;
  [[nodiscard]] static bool has(std::uint64_t set, int signal) { return (set >> (signal - 1)) & 1; }
};
[[nodiscard]] Signals signals_of(Pid pid);
/// "SIGTERM", or "signal 40".
[[nodiscard]] std::string signal_name(int signal);

/// The system call that it is blocked in.
struct Call {
  std::string name;  ///< "read", "wait4", or "call 999"; "running" when it is on the processor
  long args[6] = {};
};
/// nullopt: gone, or we may not look.
[[nodiscard]] std::optional<Call> call_of(Pid pid);

/// Waits until it sleeps and has not been woken over some looks: it waits for something and does not
/// poll. False: gone, a zombie, or still busy at the deadline.
bool wait_blocked(Pid pid, Deadline until);
/// Whether it is on the processor in nearly every one of some looks: it spins.
[[nodiscard]] bool spins(Pid pid);
/// Whether `pid` runs this very file (not a copy), whatever namespace names it how.
[[nodiscard]] bool runs_file(Pid pid, const std::string& path);

}  // namespace proclab::lab
