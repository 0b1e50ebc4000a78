// Chapter 4 · spawn: from Options to what CreateProcessW takes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <windows.h>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/handle.h"

namespace proclab::spawn {

/// Checks the options, and owns every byte and handle that CreateProcessW is pointed to.
class Plan {
 public:
  /// The first thing that is wrong with the options, or a plan.
  static Result<std::unique_ptr<Plan>> make(const Options& options);

  std::wstring application;  ///< the file itself: nothing is left for CreateProcessW to guess
  std::wstring command_line;
  std::wstring environment;             ///< "A=1\0B=2\0\0", sorted as Windows wants it
  std::wstring cwd;                     ///< empty: the parent's
  HANDLE std_handles[3] = {};           ///< what STARTUPINFO's hStd* get
  std::vector<HANDLE> inherited;        ///< all that the child may inherit, each once
  std::vector<std::uint8_t> crt_block;  ///< the C runtime's descriptor table, for lpReserved2

 private:
  Result<void> add_texts(const Options& options);
  Result<void> add_environment(const Environment& wanted);
  Result<void> find_program(const Options& options);
  Result<void> add_slots(const std::vector<Slot>& slots);
  Result<HANDLE> inheritable(const Slot& slot);

  std::vector<std::string> environment_lines_;
  std::vector<Handle> copies_;
};

}  // namespace proclab::spawn
