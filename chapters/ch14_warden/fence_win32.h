// Chapter 14 · warden: a job object with limits, and what its completion port tells. Windows only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "chapters/ch14_warden/warden.h"
#include "platform/clock.h"
#include "platform/handle.h"

namespace proclab::warden {

/// A job: all in it die with its handle, nobody leaves it, and it counts. Not inheritable.
class Fence {
 public:
  /// Errors: those of CreateJobObjectW and SetInformationJobObject; not_supported, with the limit's name, where the
  /// system takes it and does not keep it.
  static Result<Fence> make(const Limits& limits);
  [[nodiscard]] NativeHandle native() const { return job_.get(); }
  /// Who is inside now.
  [[nodiscard]] std::vector<Pid> members() const;
  /// Whether its CPU time is used up. The kernel's own limit counts user mode alone, and not at once.
  [[nodiscard]] bool used_up() const;
  /// Ends all, and waits for it. False: somebody is still there when the deadline passes.
  bool end_all(Deadline deadline);
  /// What the messages say of a command that ended by itself.
  [[nodiscard]] Ended verdict(const spawn::ExitStatus& status) const;
  /// CPU time, peak memory, refused processes.
  void account(Report& report) const;

 private:
  Fence(Handle job, Handle port, std::optional<std::uint64_t> cpu_seconds)
      : job_(std::move(job)), port_(std::move(port)) {
    if (cpu_seconds) cpu_limit_ = std::chrono::seconds(*cpu_seconds);
  }
  [[nodiscard]] std::chrono::microseconds cpu() const;
  void drain(Deadline deadline);
  [[nodiscard]] bool empty() const;

  Handle job_, port_;
  std::optional<std::chrono::microseconds> cpu_limit_;
  bool out_of_memory_ = false;
  std::uint64_t refused_ = 0;
};

/// "exit 3", or "crashed: 0xc0000005": an exit code that is an NTSTATUS of a fault.
[[nodiscard]] std::string name_of_status(unsigned code);

}  // namespace proclab::warden
