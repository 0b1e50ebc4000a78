// Chapter 1 · identity on Windows: the parent's number is a record, not a bond.
#include "chapters/ch01_process/identity.h"

#include <windows.h>

#include <tlhelp32.h>

#include "platform/handle.h"
#include "platform/self.h"

namespace proclab::process {

Pid pid() noexcept { return ::GetCurrentProcessId(); }

Result<Pid> parent_pid() {
  // No call asks for it: a snapshot of all processes has one line for each, ours too.
  const Handle snapshot(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  if (!snapshot) return last_error("CreateToolhelp32Snapshot");
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = ::Process32FirstW(snapshot.get(), &entry); more;
       more = ::Process32NextW(snapshot.get(), &entry)) {
    if (entry.th32ProcessID == pid()) return entry.th32ParentProcessID;
  }
  return last_error("Process32NextW", "this process is not in the snapshot");
}

Result<std::string> exec_path() { return self_path(); }

Result<std::vector<std::string>> system_arguments() { return utf8_args(0, nullptr); }

}  // namespace proclab::process
