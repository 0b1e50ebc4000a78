// tests/ch09 · no daemon is left, files and variables, on Windows. Read scene.h first.
#include <gtest/gtest.h>
#include <windows.h>

#include "platform/win32/wide.h"
#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {
namespace {

/// Made before the first test, and closed with the process: then all that is left in it is ended.
const HANDLE g_job = [] {
  const HANDLE job = ::CreateJobObjectW(nullptr, nullptr);
  JOBOBJECT_EXTENDED_LIMIT_INFORMATION limits{};
  limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
  ::SetInformationJobObject(job, JobObjectExtendedLimitInformation, &limits, sizeof limits);
  ::AssignProcessToJobObject(job, ::GetCurrentProcess());
  return job;
}();

}  // namespace

NoDaemonLeft::NoDaemonLeft() = default;

NoDaemonLeft::~NoDaemonLeft() {
  struct {
    JOBOBJECT_BASIC_PROCESS_ID_LIST list;
    ULONG_PTR more[255];
  } all{};
  ::QueryInformationJobObject(g_job, JobObjectBasicProcessIdList, &all, sizeof all, nullptr);
  for (DWORD i = 0; i < all.list.NumberOfProcessIdsInList; ++i) {
    const DWORD pid = static_cast<DWORD>(all.list.ProcessIdList[i]);
    if (pid == ::GetCurrentProcessId()) continue;
    const Handle process(::OpenProcess(PROCESS_TERMINATE | SYNCHRONIZE, FALSE, pid));
    if (!process || ::WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0) continue;
    ADD_FAILURE() << "left behind: process " << pid;
    ::TerminateProcess(process.get(), 1);
  }
}

/// Sharing all: a pidfile's holder may remove it, and who does not allow that may not even read.
std::string read_file(const std::string& path) {
  const Handle file(::CreateFileW(to_wide(path)->c_str(), GENERIC_READ,
                                  FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                  OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr));
  std::string text;
  char block[4096];
  for (DWORD size = 0; file && ::ReadFile(file.get(), block, sizeof block, &size, nullptr);) {
    if (size == 0) break;
    text.append(block, size);
  }
  return text;
}

void set_variable(const std::string& name, const std::optional<std::string>& value) {
  ::SetEnvironmentVariableW(to_wide(name)->c_str(), value ? to_wide(*value)->c_str() : nullptr);
}

}  // namespace proclab::daemon
