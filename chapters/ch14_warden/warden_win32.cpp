// Chapter 14 · warden: run() on Windows: one kernel object holds the whole tree.
//
// A job object is limits, accounting and a fence in one; what takes a subreaper, a sweep and a control group on
// Linux is one handle here. Nobody in it can leave. Read warden.h and chapter 8's job_win32.h first.
// Meets: JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectBasicProcessIdList, WaitForMultipleObjects.
#include <windows.h>

#include <algorithm>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch14_warden/command_win32.h"
#include "chapters/ch14_warden/fence_win32.h"
#include "chapters/ch14_warden/reader_win32.h"
#include "chapters/ch14_warden/warden.h"

namespace proclab::warden {
namespace {

constexpr Milliseconds kSweepTime{10'000};
constexpr DWORD kTick = 50;  // ms between two looks at the CPU time that was used

/// What Windows has no such thing for. A wall is reported missing; a limit must not be forgotten.
Result<void> check(const Options& options, std::vector<Layer>& missing) {
  const Limits& limits = options.limits;
  const auto lacks = [](const char* what) {
    return make_error(what, std::errc::not_supported, "Windows has no such limit");
  };
  if (limits.files) return lacks("files");
  if (limits.file_size) return lacks("file_size");
  const Layers& layers = options.layers;
  const std::pair<bool, const char*> walls[] = {{layers.namespaces, "namespaces"},
                                                {layers.no_network, "no network"},
                                                {layers.read_only, "read-only files"},
                                                {layers.seccomp, "seccomp"}};
  for (const auto& [wanted, name] : walls) {
    if (!wanted) continue;
    if (layers.strict) return make_error(name, std::errc::not_supported, "Windows has none");
    missing.push_back({name, false, "Windows has none"});
  }
  for (const spawn::Slot& slot : options.command.slots) {
    if (slot.number != 0) {
      return make_error("slots", std::errc::invalid_argument, "only slot 0 is the caller's");
    }
  }
  return {};
}

spawn::Options command(const Options& options, NativeHandle job, NativeHandle output,
                       NativeHandle errors) {
  spawn::Options command = options.command;
  command.job = job;
  if (command.slots.empty()) command.slots.push_back(spawn::Slot::null(0));
  command.slots.push_back(spawn::Slot::from(1, output));
  command.slots.push_back(spawn::Slot::from(2, errors));
  command.attach = spawn::Attach::new_group;  // Ctrl-C is for us
  return command;
}

//> wait
/// nullopt: the command has ended by itself.
Result<std::optional<Ended>> wait(const Options& options, const spawn::Process& child,
                                  const Fence& fence, NativeHandle full, Deadline deadline) {
  const HANDLE handles[] = {child.native(), full, options.stop};
  const DWORD count = options.stop == kNoHandle ? 2 : 3;
  for (;;) {
    const int left = deadline.poll_timeout();
    const DWORD most = left < 0 ? INFINITE : static_cast<DWORD>(left);
    switch (::WaitForMultipleObjects(count, handles, FALSE,
                                     options.limits.cpu ? std::min(most, kTick) : most)) {
      case WAIT_OBJECT_0: return std::optional<Ended>{};
      case WAIT_OBJECT_0 + 1: return std::optional(Ended::output);
      case WAIT_OBJECT_0 + 2: return std::optional(Ended::stopped);
      case WAIT_TIMEOUT:
        if (deadline.passed()) return std::optional(Ended::wall);
        if (fence.used_up()) return std::optional(Ended::cpu);
        break;
      default: return last_error("WaitForMultipleObjects");
    }
  }
}
//< wait

std::vector<Survivor> survivors(const Fence& fence, Pid command) {
  std::vector<Survivor> found;
  const auto all = reaping::processes();
  for (const Pid pid : fence.members()) {
    if (pid == command) continue;
    std::string name = command_of(pid);
    for (const reaping::Member& one : all ? *all : std::vector<reaping::Member>{}) {
      if (name.empty() && one.pid == pid) name = "[" + one.name + "]";
    }
    found.push_back({pid, name});
  }
  return found;
}

std::string explain(const Options& options, const Report& report) {
  switch (report.ended) {
    case Ended::exited: return "exit " + std::to_string(report.status.code);
    case Ended::wall:
      return "still running after " + std::to_string(options.limits.wall->count()) + " ms";
    case Ended::cpu: return "used its " + std::to_string(*options.limits.cpu) + " s of CPU time";
    case Ended::memory: return "its processes together needed more memory than they may";
    case Ended::output:
      return "said more than " + std::to_string(report.output_bytes + report.error_bytes) +
             " bytes";
    case Ended::stopped: return "the warden was told to stop";
    default: return name_of_status(report.status.code);
  }
}

}  // namespace

//> run
Result<Report> run(const Options& options) {
  Report report;
  std::vector<Layer> missing;
  if (Result<void> fine = check(options, missing); !fine) return fine.error();
  Result<Fence> fence = Fence::make(options.limits);
  if (!fence) return fence.error();
  Result<pipes::Pipe> output = pipes::make_pipe();
  Result<pipes::Pipe> errors = pipes::make_pipe();
  if (!output || !errors) return (output ? errors : output).error();
  const Handle full(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!full) return last_error("CreateEventW");

  Result<spawn::Process> child =
      spawn::start(command(options, fence->native(), output->write.get(), errors->write.get()));
  if (!child) return child.error();
  const Clock::time_point begun = Clock::now();
  output->write.close();
  errors->write.close();
  Budget budget(options, full.get());
  Reader out(budget, std::move(output->read), options.output, report.output);
  Reader err(budget, std::move(errors->read), options.errors, report.errors);

  const Deadline deadline =
      options.limits.wall ? Deadline::after(*options.limits.wall) : Deadline::never();
  const Result<std::optional<Ended>> cause = wait(options, *child, *fence, full.get(), deadline);
  report.wall = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begun);
  report.survivors = survivors(*fence, child->pid());
  if (!cause || *cause) (void)child->kill(spawn::kKill);  // so that its status says it was us
  report.swept = fence->end_all(Deadline::after(kSweepTime));
  const Result<spawn::ExitStatus> status = child->wait();
  // All who could write are gone with the job, so these ends come.
  report.output_bytes = out.finish();
  report.error_bytes = err.finish();
  if (!cause) return cause.error();
  if (!status) return status.error();
  report.status = *status;
  report.output_cut = budget.cut();
  report.ended = *cause ? **cause : report.output_cut ? Ended::output : fence->verdict(*status);
  fence->account(report);
  report.layers = {{"job", true, "kill on close, no way out"}};
  report.layers.insert(report.layers.end(), missing.begin(), missing.end());
  report.why = explain(options, report);
  return report;
}
//< run

}  // namespace proclab::warden
