// Chapter 4 · spawn: from Options to a plan that the child side can carry out without a thought.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/child_side_posix.h"
#include "chapters/ch04_spawn/spawn.h"
#include "platform/handle.h"

namespace proclab::spawn {

/// Checks the options, and owns every byte that the ExecPlan points to.
class Plan {
 public:
  /// The first thing that is wrong with the options, or a plan.
  static Result<std::unique_ptr<Plan>> make(const Options& options);

  ExecPlan exec{};

 private:
  Result<void> add_texts(const Options& options);
  Result<void> add_environment(const Environment& wanted);
  void add_candidates(const std::string& file);
  Result<void> add_slots(const std::vector<Slot>& slots);
  Result<void> open_null_device();
  Result<void> add_identity(const Options& options);
  Result<void> add_limits(const std::vector<Limit>& limits);

  std::vector<std::string> args_, environment_, candidates_;
  std::vector<char*> argv_, envp_;
  std::vector<const char*> candidate_list_;
  std::string cwd_;
  std::vector<Move> moves_;
  std::vector<RLimit> limits_;
  std::vector<gid_t> groups_;
  Handle null_device_;
};

}  // namespace proclab::spawn
