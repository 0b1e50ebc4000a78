// Chapter 8 · reaping: a job object, made and asked. Read before: job_win32.h.
#include "chapters/ch08_reaping/job_win32.h"

#include <windows.h>

namespace proclab::reaping {

//> make
Result<Job> Job::make(const JobOptions& options) {
  Handle job(::CreateJobObjectW(nullptr, nullptr));
  if (!job) return last_error("CreateJobObjectW");
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  if (options.kill_on_close) {
    limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  }
  if (options.breakaway) limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_BREAKAWAY_OK;
  if (!::SetInformationJobObject(job.get(), JobObjectExtendedLimitInformation, &limits,
                                 sizeof limits)) {
    return last_error("SetInformationJobObject");
  }
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
