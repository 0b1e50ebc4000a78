// tests/support · what a process holds on Windows: its handles by number and kind, its running
// children.
//
// Windows documents no call that lists a process's handles. NtQuerySystemInformation lists all of the
// system's, but Wine 8's server dies of it when it meets a process that has no handle yet. So we try
// the numbers: a handle is a multiple of 4, and a new one takes a low number that is free.
#include <windows.h>

#include <tlhelp32.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstring>

#include "platform/handle.h"
#include "platform/win32/wide.h"
#include "tests/support/leaks.h"
#include "tests/support/scratch.h"

namespace proclab::test {
namespace {

/// So many free numbers in a row, and we take it that none is in use beyond.
constexpr ULONG_PTR kGap = 1024;
constexpr int kObjectNameInformation = 1;
constexpr int kObjectTypeInformation = 2;

template <class Function>
Function ntdll(const char* name) {
  return reinterpret_cast<Function>(
      reinterpret_cast<void*>(::GetProcAddress(::GetModuleHandleW(L"ntdll.dll"), name)));
}

/// The text that the kernel keeps of an object: its kind or its name.
std::string text_of(HANDLE handle, int what) {
  using QueryObject = LONG(WINAPI*)(HANDLE, int, void*, ULONG, ULONG*);
  static const auto query = ntdll<QueryObject>("NtQueryObject");
  alignas(8) std::byte buffer[2048];
  ULONG size = 0;
  if (query(handle, what, buffer, sizeof buffer, &size) < 0) return {};
  struct Text {  // UNICODE_STRING, at the head of both answers
    USHORT bytes, room;
    wchar_t* text;
  } text;
  std::memcpy(&text, buffer, sizeof text);
  return from_wide({text.text, text.bytes / sizeof(wchar_t)});
}

/// An event without a name that lets one waiter pass and shuts again: what mingw's mutex makes for
/// itself the first time that two threads want it, and keeps as long as the mutex lives.
bool made_by_a_mutex(HANDLE handle, const std::string& type, const std::string& name) {
  using QueryEvent = LONG(WINAPI*)(HANDLE, int, void*, ULONG, ULONG*);
  static const auto query = ntdll<QueryEvent>("NtQueryEvent");
  if (type != "Event" || !name.empty()) return false;
  struct {  // EVENT_BASIC_INFORMATION
    LONG type, state;
  } info{};
  return query(handle, 0, &info, sizeof info, nullptr) >= 0 && info.type == 1;
}

std::vector<std::string> handles() {
  std::vector<std::string> lines;
  ULONG_PTR last = 0;
  for (ULONG_PTR value = 4; value <= last + 4 * kGap; value += 4) {
    const auto handle = reinterpret_cast<HANDLE>(value);
    DWORD flags = 0;
    if (!::GetHandleInformation(handle, &flags)) continue;
    last = value;
    const std::string type = text_of(handle, kObjectTypeInformation);
    if (type.empty()) continue;  // closed since
    // Never ask for a File's name: of a pipe that somebody reads from, the answer may never come.
    const std::string name = type == "File" ? "" : text_of(handle, kObjectNameInformation);
    if (made_by_a_mutex(handle, type, name)) continue;
    char number[32];
    std::snprintf(number, sizeof number, ") 0x%llx", static_cast<unsigned long long>(value));
    lines.push_back("handle (" + type + number + (name.empty() ? "" : " ") + name);
  }
  return lines;
}

ULONGLONG started(HANDLE process) {
  FILETIME start{}, exit, kernel, user;
  ::GetProcessTimes(process, &start, &exit, &kernel, &user);
  return static_cast<ULONGLONG>(start.dwHighDateTime) << 32 | start.dwLowDateTime;
}

struct Child {
  DWORD pid;
  std::string name;
  Handle process;
};

/// Those that live. A process only remembers its parent's number, and the parent may have been an earlier owner of
/// ours: a child is younger than we are.
std::vector<Child> children() {
  std::vector<Child> found;
  const Handle snapshot(::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0));
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  for (BOOL more = ::Process32FirstW(snapshot.get(), &entry); more;
       more = ::Process32NextW(snapshot.get(), &entry)) {
    if (entry.th32ParentProcessID != ::GetCurrentProcessId()) continue;
    const std::string name = from_wide(entry.szExeFile);
    if (name == "conhost.exe") continue;  // the console's own, started by the system at need
    Handle process(
        ::OpenProcess(SYNCHRONIZE | PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_TERMINATE, FALSE,
                      entry.th32ProcessID));
    if (!process || started(process.get()) < started(::GetCurrentProcess())) continue;
    if (::WaitForSingleObject(process.get(), 0) == WAIT_OBJECT_0) continue;  // has exited
    found.push_back({entry.th32ProcessID, name, std::move(process)});
  }
  return found;
}

}  // namespace

void warm_up_system() { ::OutputDebugStringA("the first debug line makes a mutex that stays\n"); }

void keep_strangers_out() {}  // nothing is inherited here unless a start says so

void hear_every_signal() {}  // there are none

void end_children() {
  for (const Child& child : children()) ::TerminateProcess(child.process.get(), 1);
}

Holdings holdings() {
  Holdings held{handles(), {}, {}, {}, scratch_files()};
  for (const Child& child : children()) {
    held.children.push_back("child " + std::to_string(child.pid) + " (" + child.name +
                            "): still running");
  }
  std::sort(held.handles.begin(), held.handles.end());
  std::sort(held.children.begin(), held.children.end());
  return held;
}

}  // namespace proclab::test
