// Chapter 14 · warden: a control group: limits for a whole tree, however many processes share it.
//
// Question: RLIMIT_AS holds for one process, and a program may have a hundred. Who counts them together?
// There are two generations of the answer, and machines that have both at once. Meets: cgroups(7).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/native.h"
#include "platform/result.h"

namespace proclab::warden {

/// One tree of groups that is mounted here, and where in it this process is.
struct Hierarchy {
  std::string folder;                    ///< our own group: "/sys/fs/cgroup/memory/user"
  std::string top;                       ///< where the hierarchy is mounted: no group is above it
  int version = 0;                       ///< 1 or 2
  std::vector<std::string> controllers;  ///< version 1: what this hierarchy is for
};

/// What there is, from the texts of /proc/self/mountinfo and /proc/self/cgroup. Asks nobody.
[[nodiscard]] std::vector<Hierarchy> hierarchies(const std::string& mountinfo,
                                                 const std::string& cgroup);

/// What a group has counted. Nothing: it does not count that.
struct CgroupUsage {
  std::optional<std::uint64_t> cpu_microseconds, peak_memory;
  std::uint64_t oom_kills = 0, refused_forks = 0;
};

/// A group of our own below the one that we are in; in a mixed or first-generation world one in each
/// hierarchy that is needed. Its folders are removed with the object, which works once all in it are gone.
class Cgroup {
 public:
  /// Errors: not_supported: no cgroup file system; else what mkdir(2) says: permission_denied,
  /// read_only_file_system. Then nothing is left.
  static Result<Cgroup> make();
  Cgroup(Cgroup&& other) noexcept = default;
  Cgroup& operator=(Cgroup&& other) noexcept = default;
  ~Cgroup();
  /// Removes what a process has left that had no time for it. All in its groups must be gone.
  static void remove_left_by(Pid process) noexcept;

  /// Errors: not_supported where no hierarchy has that controller; those of write(2).
  Result<void> limit_memory(std::uint64_t bytes);
  Result<void> limit_processes(std::uint64_t count);
  /// Puts a process in; its later children are born inside. Errors: those of write(2).
  Result<void> add(Pid process);
  /// Nobody in it gets a child any more (pids.max), and all are killed at once (cgroup.kill, Linux
  /// 5.14), as far as this kernel can.
  void kill() noexcept;
  [[nodiscard]] CgroupUsage usage() const;
  /// "v1 memory, v1 pids, v2": for a person.
  [[nodiscard]] std::string text() const;

 private:
  struct Group {
    std::string folder;
    int version = 0;
    std::vector<std::string> controllers;  // "memory", "pids", "cpu": those that it really has
  };
  Cgroup() = default;
  [[nodiscard]] const Group* with(const char* controller) const;

  std::vector<Group> groups_;
};

}  // namespace proclab::warden
