// Chapter 9 · daemon: a process by its id and the time of its start. Read instance_win32.h first.
//
// Raw calls met: OpenProcess, GetProcessTimes.
#include "chapters/ch09_daemon/instance_win32.h"

#include <charconv>
#include <cstdint>

#include <windows.h>

namespace proclab::daemon {
namespace {

/// 0 when it cannot be asked.
std::uint64_t start_of(HANDLE process) {
  FILETIME start{}, end{}, kernel{}, user{};
  if (!::GetProcessTimes(process, &start, &end, &kernel, &user)) return 0;
  return (std::uint64_t{start.dwHighDateTime} << 32) | start.dwLowDateTime;
}

}  // namespace

std::string this_instance() {
  return std::to_string(::GetCurrentProcessId()) + " " +
         std::to_string(start_of(::GetCurrentProcess())) + "\n";
}

Result<Instance> open_instance(std::string_view text, unsigned long access) {
  const Error gone = make_error("OpenProcess", std::errc::no_such_process);
  Pid pid = 0;
  std::uint64_t start = 0;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, pid);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != ' ') return gone;
  const auto second = std::from_chars(first.ptr + 1, end, start);
  if (second.ec != std::errc() || second.ptr == end || *second.ptr != '\n') return gone;
  Instance found{pid, Handle(::OpenProcess(access | SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION,
                                           FALSE, pid))};
  if (!found.process && ::GetLastError() == ERROR_ACCESS_DENIED) return last_error("OpenProcess");
  if (!found.process || start_of(found.process.get()) != start) return gone;
  if (::WaitForSingleObject(found.process.get(), 0) == WAIT_OBJECT_0) return gone;
  return found;
}

std::wstring event_name(Pid pid, const wchar_t* purpose) {
  return L"Local\\proclab-daemon-" + std::to_wstring(pid) + L"-" + purpose;
}

}  // namespace proclab::daemon
