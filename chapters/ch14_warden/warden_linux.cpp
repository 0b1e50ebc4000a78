// Chapter 14 · warden: run() on Linux, from top to bottom: build the walls, start, watch the clock, look
// who is left, sweep, take what lies in the pipes, tell.
//
// Read warden.h first. A step a file: walls_linux (what is wanted and what can be had), launch_linux and
// child_side_linux (the start), pump_linux (the clock and the output), sweep_linux (the end).
// Meets: prctl(PR_GET_CHILD_SUBREAPER), waitid, getrusage(RUSAGE_CHILDREN).
#include <algorithm>
#include <cerrno>

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch08_reaping/change_posix.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/watch.h"
#include "chapters/ch14_warden/launch_linux.h"
#include "chapters/ch14_warden/pump_linux.h"
#include "chapters/ch14_warden/sweep_linux.h"
#include "chapters/ch14_warden/walls_linux.h"

namespace proclab::warden {
namespace {

constexpr Milliseconds kSweepTime{10'000};

/// This process is the adopter while it lives, and then what it was before.
class Adopting {
 public:
  Adopting() { ::prctl(PR_GET_CHILD_SUBREAPER, &before_, 0, 0, 0); }
  ~Adopting() { (void)reaping::adopt_orphans(before_ != 0); }
  Adopting(const Adopting&) = delete;
  Adopting& operator=(const Adopting&) = delete;

 private:
  int before_ = 0;
};

/// The sweep ends all that is below us: so that must be the program's, and nobody else's.
Result<void> check(const Options& options) {
  siginfo_t info{};
  if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
    return make_error("run", std::errc::device_or_resource_busy,
                      "this process has children already, and the sweep would end them");
  }
  for (const spawn::Slot& slot : options.command.slots) {
    if (slot.number != 0) {
      return make_error("slots", std::errc::invalid_argument, "only slot 0 is the caller's");
    }
  }
  if (!options.command.limits.empty()) {
    return make_error("limits", std::errc::invalid_argument, "Options::limits is their place");
  }
  if (options.layers.read_only && !options.layers.namespaces) {
    return make_error("read_only", std::errc::invalid_argument, "it takes namespaces");
  }
  const auto seen = reaping::processes();  // the sweep will need it: better to hear of it now
  return seen ? Result<void>{} : seen.error();
}

std::chrono::microseconds cpu_of_children() {
  rusage used{};
  ::getrusage(RUSAGE_CHILDREN, &used);
  return std::chrono::seconds(used.ru_utime.tv_sec + used.ru_stime.tv_sec) +
         std::chrono::microseconds(used.ru_utime.tv_usec + used.ru_stime.tv_usec);
}

//> start
/// Starts it with all walls; where one cannot be built, without that one.
Result<Launched> start(const Options& options, Building& building, NativeHandle output,
                       NativeHandle errors) {
  if (Result<void> made = building.make_cgroup(options); !made) return made.error();
  for (;;) {
    Result<Launched> child =
        launch(building.command(options, output, errors), building.walls, building.seccomp,
               building.cgroup ? &*building.cgroup : nullptr);
    if (child || options.layers.strict || !is_wall(child.error())) return child;
    if (!building.weaken(child.error())) return child;
  }
}
//< start

/// How the command itself ended: from its init's pipe, or from its own wait.
Result<spawn::ExitStatus> bury(Launched& child, bool clean) {
  if (!clean) {
    (void)child.process.kill(SIGKILL);
    const auto end = child.process.wait_until(Deadline::after(kSweepTime));
    if (end && !*end) {  // it hangs in the kernel: whoever adopts it from us will bury it
      child.process.disown();
      return spawn::ExitStatus{0, SIGKILL, false};
    }
  }
  int told = 0;
  const bool init = static_cast<bool>(child.status);
  const Result<std::size_t> got =
      init ? pipes::read_some(child.status.get(), reinterpret_cast<char*>(&told), sizeof told)
           : Result<std::size_t>(std::size_t{0});
  Result<spawn::ExitStatus> own = child.process.wait();
  if (!init || !own) return own;
  if (!got || *got != sizeof told)
    return spawn::ExitStatus{0, SIGKILL, false};  // ended with its init
  const reaping::Change change = reaping::decode(told);
  return spawn::ExitStatus{change.code, change.signal, change.core};
}

//> judge
/// What a signal stands for. That we ended it is known already; what the kernel did must be told apart.
Ended judge(const Options& options, const Report& report) {
  if (report.oom_kills > 0) return Ended::memory;
  if (report.status.signal == 0) return Ended::exited;
  if (report.status.signal == SIGXCPU && options.limits.cpu) return Ended::cpu;
  if (report.status.signal == SIGXFSZ && options.limits.file_size) return Ended::file_size;
  const bool cpu_hit =
      options.limits.cpu && report.cpu >= std::chrono::seconds(*options.limits.cpu);
  return report.status.signal == SIGKILL && cpu_hit ? Ended::cpu : Ended::killed;
}
//< judge

std::string explain(const Options& options, const Report& report) {
  switch (report.ended) {
    case Ended::exited: return "exit " + std::to_string(report.status.code);
    case Ended::killed: return "killed by " + signals::name_of(report.status.signal);
    case Ended::wall:
      return "still running after " + std::to_string(options.limits.wall->count()) + " ms";
    case Ended::cpu: return "used its " + std::to_string(*options.limits.cpu) + " s of CPU time";
    case Ended::memory:
      return "its processes together needed more than " +
             std::to_string(options.limits.memory.value_or(0) >> 20) + " MiB";
    case Ended::output:
      return "said more than " + std::to_string(report.output_bytes + report.error_bytes) +
             " bytes";
    case Ended::file_size: return "a file would have become larger than it may";
    case Ended::stopped: return "the warden was told to stop";
  }
  return {};
}

//> finish
/// It has ended, or `cause` says why it shall. Nothing outlives this.
Result<Report> finish(const Options& options, Building& building, Launched& child, Pump& pump,
                      Report& report, std::optional<Ended> cause) {
  Cgroup* const cgroup = building.cgroup ? &*building.cgroup : nullptr;
  const Result<Swept> swept = sweep(child.process.pid(), static_cast<bool>(child.status), cgroup,
                                    Deadline::after(kSweepTime));
  const Result<spawn::ExitStatus> status = bury(child, swept && swept->clean);
  if (!swept) return swept.error();
  if (!status) return status.error();
  if (Result<void> rest = pump.take_rest(); !rest) return rest.error();
  pump.flush();
  report.status = *status;
  report.survivors = swept->survivors;
  report.swept = swept->clean;
  const CgroupUsage usage = cgroup != nullptr ? cgroup->usage() : CgroupUsage{};
  rusage largest{};
  ::getrusage(RUSAGE_CHILDREN, &largest);
  report.peak_of_tree = usage.peak_memory.has_value();
  report.peak_memory =
      usage.peak_memory.value_or(static_cast<std::uint64_t>(largest.ru_maxrss) * 1024);
  report.cpu += cpu_of_children();
  if (usage.cpu_microseconds) report.cpu = std::chrono::microseconds(*usage.cpu_microseconds);
  report.oom_kills = usage.oom_kills;
  report.refused_forks = usage.refused_forks;
  report.layers = building.layers(options);
  report.ended = cause ? *cause : report.output_cut ? Ended::output : judge(options, report);
  report.why = explain(options, report);
  return report;
}
//< finish

}  // namespace

//> run
Result<Report> run(const Options& options) {
  if (Result<void> fine = check(options); !fine) return fine.error();
  const Adopting adopting;
  if (Result<void> adopts = reaping::adopt_orphans(); !adopts) return adopts.error();
  Result<pipes::Pipe> output = pipes::make_pipe(pipes::Async::read);
  Result<pipes::Pipe> errors = pipes::make_pipe(pipes::Async::read);
  if (!output || !errors) return (output ? errors : output).error();

  Building building(options);
  const std::chrono::microseconds cpu_before = cpu_of_children();
  Result<Launched> child = start(options, building, output->write.get(), errors->write.get());
  if (!child) return child.error();
  const Clock::time_point begun = Clock::now();
  output->write.close();
  errors->write.close();

  Report report;
  report.cpu = -cpu_before;
  Pump pump(options, report, std::move(output->read), std::move(errors->read));
  const Deadline deadline =
      options.limits.wall ? Deadline::after(*options.limits.wall) : Deadline::never();
  // With an init around it, the command's end is what the init says, not the init's own.
  const Result<Handle> watch = reaping::watch(child->process);
  const NativeHandle ended = child->status ? child->status.get() : watch ? watch->get() : kNoHandle;
  Result<std::optional<Ended>> cause = std::optional(Ended::stopped);
  if (watch) {
    cause = pump.run(ended, deadline, building.cgroup ? &*building.cgroup : nullptr);
  }
  report.wall = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
  Result<Report> done =
      finish(options, building, *child, pump, report, cause ? *cause : Ended::stopped);
  if (!watch) return watch.error();
  if (!cause) return cause.error();
  return done;
}
//< run

}  // namespace proclab::warden
