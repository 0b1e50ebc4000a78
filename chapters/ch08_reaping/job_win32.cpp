// Chapter 8 · reaping: a job object, made and asked. Read before: job_win32.h.
#include "chapters/ch08_reaping/job_win32.h"

#include <windows.h>

namespace proclab::reaping {
namespace {

Result<void> set_flags(NativeHandle job, DWORD flags) {
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = flags;
  if (!::SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits)) {
    return last_error("SetInformationJobObject");
  }
  return {};
}

}  // namespace

//> make
Result<Job> Job::make(const JobOptions& options) {
  Handle job(::CreateJobObjectW(nullptr, nullptr));
  if (!job) return last_error("CreateJobObjectW");
  DWORD flags = 0;
  if (options.kill_on_close) flags |= JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  if (options.breakaway) flags |= JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  if (options.children_outside) flags |= JOB_OBJECT_LIMIT_SILENT_BREAKAWAY_OK;
  if (const Result<void> set = set_flags(job.get(), flags); !set) return set.error();
  Handle port(::CreateIoCompletionPort(INVALID_HANDLE_VALUE, nullptr, 0, 1));
  if (!port) return last_error("CreateIoCompletionPort");
  JOBOBJECT_ASSOCIATE_COMPLETION_PORT messages{nullptr, port.get()};
  if (!::SetInformationJobObject(job.get(), JobObjectAssociateCompletionPortInformation, &messages,
                                 sizeof messages)) {
    return last_error("SetInformationJobObject");
  }
  return Job(std::move(job), std::move(port));
}
//< make

Result<spawn::Process> Job::start(spawn::Options options) const {
  options.job = job_.get();
  return spawn::start(options);
}

Result<void> Job::terminate(unsigned code) const {
  if (!::TerminateJobObject(job_.get(), code)) return last_error("TerminateJobObject");
  return {};
}

Result<void> Job::let_live() const { return set_flags(job_.get(), 0); }

Result<unsigned> Job::active() const {
  JOBOBJECT_BASIC_ACCOUNTING_INFORMATION info{};
  if (!::QueryInformationJobObject(job_.get(), JobObjectBasicAccountingInformation, &info,
                                   sizeof info, nullptr)) {
    return last_error("QueryInformationJobObject");
  }
  return static_cast<unsigned>(info.ActiveProcesses);
}

//> next
Result<std::optional<JobMessage>> Job::next(Deadline deadline) {
  for (;;) {
    DWORD code = 0;
    ULONG_PTR key = 0;
    OVERLAPPED* value = nullptr;  // no pointer at all: the process's id
    const int left = deadline.poll_timeout();
    if (!::GetQueuedCompletionStatus(port_.get(), &code, &key, &value,
                                     left < 0 ? INFINITE : static_cast<DWORD>(left))) {
      if (::GetLastError() != WAIT_TIMEOUT) return last_error("GetQueuedCompletionStatus");
      if (deadline.passed()) return std::optional<JobMessage>{};
      continue;
    }
    const auto pid = static_cast<Pid>(reinterpret_cast<ULONG_PTR>(value));
    using What = JobMessage::What;
    switch (code) {
      case JOB_OBJECT_MSG_NEW_PROCESS: return std::optional(JobMessage{What::started, pid});
      case JOB_OBJECT_MSG_EXIT_PROCESS: return std::optional(JobMessage{What::ended, pid});
      case JOB_OBJECT_MSG_ABNORMAL_EXIT_PROCESS:
        return std::optional(JobMessage{What::crashed, pid});
      case JOB_OBJECT_MSG_ACTIVE_PROCESS_ZERO: return std::optional(JobMessage{What::empty, 0});
      default: return std::optional(JobMessage{What::other, 0});
    }
  }
}
//< next

}  // namespace proclab::reaping
