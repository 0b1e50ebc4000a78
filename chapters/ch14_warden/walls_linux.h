// Chapter 14 · warden: which walls are wanted, which stand, and what is done where one cannot be built.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "chapters/ch14_warden/cgroup_linux.h"
#include "chapters/ch14_warden/launch_linux.h"
#include "chapters/ch14_warden/warden.h"

namespace proclab::warden {

/// What is still to be built. It begins with all that is wanted, and loses what the machine refuses.
struct Building {
  explicit Building(const Options& options);

  /// A group with its limits. Errors only with `strict`.
  Result<void> make_cgroup(const Options& options);
  /// The command with the limits that no group holds; `output` and `errors` in its slots.
  [[nodiscard]] spawn::Options command(const Options& options, NativeHandle output,
                                       NativeHandle errors) const;
  /// Gives up the wall that this error is about. False: it is about none.
  bool weaken(const Error& why);
  /// All that was wanted, and whether it stands.
  [[nodiscard]] std::vector<Layer> layers(const Options& options) const;

  Walls walls;
  bool seccomp = false;
  std::optional<Cgroup> cgroup;
  bool group_memory = false, group_processes = false;  // that the group holds

 private:
  void drop_cgroup(const Error& why);

  std::vector<Layer> missing_;
};

}  // namespace proclab::warden
