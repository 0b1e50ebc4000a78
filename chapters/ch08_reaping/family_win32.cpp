// Chapter 8 · reaping: all processes, as Windows lists them. Read before: family.h.
//
// Windows writes down who started a process and never changes it: there is no adoption. A parent that
// is gone leaves a number, which may be another's by now; the start times tell.
// Meets: CreateToolhelp32Snapshot, Process32FirstW, GetProcessTimes, ProcessIdToSessionId.
#include <windows.h>

#include <tlhelp32.h>

#include <algorithm>

#include "chapters/ch08_reaping/family.h"
#include "platform/handle.h"
#include "platform/win32/wide.h"

namespace proclab::reaping {
namespace {

/// 100 ns since 1601; 0 where we may not ask.
std::uint64_t started(DWORD pid) {
  const Handle process(::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, FALSE, pid));
  FILETIME begun{}, ended{}, kernel{}, user{};
  if (!process || !::GetProcessTimes(process.get(), &begun, &ended, &kernel, &user)) return 0;
  return static_cast<std::uint64_t>(begun.dwHighDateTime) << 32 | begun.dwLowDateTime;
}

}  // namespace

Result<std::vector<Member>> processes() {
  const Handle snapshot(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  if (!snapshot) return last_error("CreateToolhelp32Snapshot");
  std::vector<Member> all;
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = ::Process32FirstW(snapshot.get(), &entry); more;
       more = ::Process32NextW(snapshot.get(), &entry)) {
    DWORD session = 0;
    ::ProcessIdToSessionId(entry.th32ProcessID, &session);
    all.push_back({entry.th32ProcessID, entry.th32ParentProcessID, 0, session, '?',
                   static_cast<unsigned>(entry.cntThreads), started(entry.th32ProcessID),
                   from_wide(entry.szExeFile)});
  }
  std::sort(all.begin(), all.end(), [](const Member& a, const Member& b) { return a.pid < b.pid; });
  return all;
}

}  // namespace proclab::reaping
