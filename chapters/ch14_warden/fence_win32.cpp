// Chapter 14 · warden: the job object's limits and messages. Read fence_win32.h first.
//
// Memory and processes beyond the limit are refused, not killed for: the call fails in the program, and the
// port gets a message. CPU time beyond it ends all, without any message. Messages are not promised (MSDN), so
// what must not be missed is asked of the job itself.
#include "chapters/ch14_warden/fence_win32.h"

#include <windows.h>

#include <algorithm>
#include <cstdio>

namespace proclab::warden {
namespace {

constexpr unsigned kFaultStatus = 0xC0000000U;  // NTSTATUS of severity "error"

JOBOBJECT_BASIC_ACCOUNTING_INFORMATION accounting(HANDLE job) {
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
  ::QueryInformationJobObject(job, JobObjectBasicAccountingInformation, &info, sizeof info,
                              nullptr);
  return info;
}

/// Asked back: Wine 8 says yes to every limit, and forgets it. Who trusts a limit must not find that out
/// from what the stranger did.
Result<void> are_kept(HANDLE job, DWORD flags) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION kept{};
  if (!::QueryInformationJobObject(job, JobObjectExtendedLimitInformation, &kept, sizeof kept,
                                   nullptr)) {
    return last_error("QueryInformationJobObject");
  }
  const DWORD forgotten = flags & ~kept.BasicLimitInformation.LimitFlags;
  const std::pair<DWORD, const char*> limits[] = {{JOB_OBJECT_LIMIT_JOB_TIME, "cpu"},
                                                  {JOB_OBJECT_LIMIT_JOB_MEMORY, "memory"},
                                                  {JOB_OBJECT_LIMIT_ACTIVE_PROCESS, "processes"}};
  for (const auto& [flag, name] : limits) {
    if ((forgotten & flag) == 0) continue;
    return make_error(name, std::errc::not_supported,
                      "this system takes a job's limit and does not keep it");
  }
  return {};
}

}  // namespace

//> make
Result<Fence> Fence::make(const Limits& limits) {
  Handle job(::CreateJobObjectW(nullptr, nullptr));
  if (!job) return last_error("CreateJobObjectW");
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION info{};
  JOBOBJECT_BASIC_LIMIT_INFORMATION& basic = info.BasicLimitInformation;
  // No BREAKAWAY_OK: CREATE_BREAKAWAY_FROM_JOB fails inside.
  basic.LimitFlags =
      JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE | JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION;
  if (limits.cpu) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_TIME;  // in user mode, in 100 ns
    basic.PerJobUserTimeLimit.QuadPart = static_cast<LONGLONG>(*limits.cpu) * 10'000'000;
  }
  if (limits.processes) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_ACTIVE_PROCESS;
    basic.ActiveProcessLimit = static_cast<DWORD>(*limits.processes);
  }
  if (limits.memory) {
    basic.LimitFlags |= JOB_OBJECT_LIMIT_JOB_MEMORY;
    info.JobMemoryLimit = static_cast<SIZE_T>(*limits.memory);
  }
  if (!::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &info,
                                 sizeof info)) {
    return last_error("SetInformationJobObject");
  }
  if (Result<void> kept = are_kept(job.get(), basic.LimitFlags); !kept) return kept.error();
  Handle port(::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  if (!port) return last_error("CreateIoCompletionPort");
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT messages{nullptr, port.get()};
  if (!::SetInformationJobObject(job.get(), JobObjectAssociateCompletionPortInformation, &messages,
                                 sizeof messages)) {
    return last_error("SetInformationJobObject");
  }
  return Fence(std::move(job), std::move(port), limits.cpu);
}
//< make

std::vector<Pid> Fence::members() const {
  std::vector<char> room(sizeof(JOBOBJECT_BASIC_PROCESS_ID_LIST) + 1000 * sizeof(ULONG_PTR));
  auto* list = reinterpret_cast<JOBOBJECT_BASIC_PROCESS_ID_LIST*>(room.data());
  ::QueryInformationJobObject(job_.get(), JobObjectBasicProcessIdList, list,
                              static_cast<DWORD>(room.size()), nullptr);
  std::vector<Pid> pids;
  for (DWORD i = 0; i < std::min<DWORD>(list->NumberOfProcessIdsInList, 1000); ++i) {
    pids.push_back(static_cast<Pid>(list->ProcessIdList[i]));
  }
  return pids;
}

bool Fence::empty() const { return accounting(job_.get()).ActiveProcesses == 0; }

bool Fence::used_up() const { return cpu_limit_ && cpu() >= *cpu_limit_; }

std::chrono::microseconds Fence::cpu() const {
  const auto info = accounting(job_.get());
  return std::chrono::microseconds((info.TotalUserTime.QuadPart + info.TotalKernelTime.QuadPart) /
                                   10);
}

//> end-all
bool Fence::end_all(Deadline deadline) {
  do {
    ::TerminateJobObject(job_.get(), 1);  // again: somebody may have been about to be born
    drain(deadline);
  } while (!empty() && !deadline.passed());
  return empty();
}

/// Takes messages until the job says that it is empty, or none comes in a while.
void Fence::drain(Deadline deadline) {
  for (;;) {
    DWORD what = 0;
    ULONG_PTR key = 0;
    OVERLAPPED* pid = nullptr;
    const int left = deadline.poll_timeout();
    const DWORD wait = left < 0 || left > 100 ? 100 : static_cast<DWORD>(left);
    if (!::GetQueuedCompletionStatus(port_.get(), &what, &key, &pid, wait)) return;
    out_of_memory_ = out_of_memory_ || what == JOB_OBJECT_MSG_JOB_MEMORY_LIMIT;
    refused_ += what == JOB_OBJECT_MSG_ACTIVE_PROCESS_LIMIT ? 1 : 0;
    if (what == JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO) return;
  }
}
//< end-all

Ended Fence::verdict(const spawn::ExitStatus& status) const {
  if (status.code == ERROR_NOT_ENOUGH_QUOTA && used_up()) return Ended::cpu;  // the job did it
  if (out_of_memory_ && !status.success()) return Ended::memory;
  return (status.code & kFaultStatus) == kFaultStatus ? Ended::killed : Ended::exited;
}

void Fence::account(Report& report) const {
  report.cpu = cpu();
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  ::QueryInformationJobObject(job_.get(), JobObjectExtendedLimitInformation, &limits, sizeof limits,
                              nullptr);
  report.peak_memory = limits.PeakJobMemoryUsed;
  report.peak_of_tree = true;
  report.refused_forks = refused_;
}

std::string name_of_status(unsigned code) {
  char text[32];
  const bool fault = (code & kFaultStatus) == kFaultStatus;
  std::snprintf(text, sizeof text, fault ? "crashed: 0x%08x" : "exit %u", code);
  return text;
}

}  // namespace proclab::warden
