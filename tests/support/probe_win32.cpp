// tests/support · probe on Windows.
#include <windows.h>

#include <tlhelp32.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "platform/self.h"
#include "platform/win32/wide.h"
#include "tests/support/probe.h"

namespace proclab::probe {
namespace {

HANDLE handle_of(const std::string& text) {
  return reinterpret_cast<HANDLE>(std::strtoull(text.c_str(), nullptr, 0));
}

std::string hex(const void* handle) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx",
                static_cast<unsigned long long>(reinterpret_cast<ULONG_PTR>(handle)));
  return text;
}

DWORD std_slot(int slot) {
  return slot == 0 ? STD_INPUT_HANDLE : slot == 1 ? STD_OUTPUT_HANDLE : STD_ERROR_HANDLE;
}

const char* kind_of(HANDLE handle) {
  switch (::GetFileType(handle)) {
    case FILE_TYPE_DISK: return "file";
    case FILE_TYPE_CHAR: return "char";
    case FILE_TYPE_PIPE: return "pipe";
    default: return "other";
  }
}

/// What the C runtime of the parent passed on: a count, a byte of flags a slot, a HANDLE a slot.
std::string crt_block() {
  STARTUPINFOW info{};
  ::GetStartupInfoW(&info);
  int count = 0;
  if (info.lpReserved2 == nullptr || info.cbReserved2 < sizeof count) return {};
  std::memcpy(&count, info.lpReserved2, sizeof count);
  const std::size_t room = (info.cbReserved2 - sizeof count) / (1 + sizeof(HANDLE));
  if (count < 0 || static_cast<std::size_t>(count) > room) count = static_cast<int>(room);
  std::string out;
  for (int i = 0; i < count; ++i) {
    HANDLE handle;
    std::memcpy(&handle, info.lpReserved2 + sizeof count + count + i * sizeof handle,
                sizeof handle);
    char flags[32];
    std::snprintf(flags, sizeof flags, " flags=0x%02x\n", info.lpReserved2[sizeof count + i]);
    out += "crt " + std::to_string(i) + " " + hex(handle) + flags;
  }
  return out;
}

int lacks(const char* what) {
  put(2, std::string("probe: Windows has no ") + what + "\n");
  return 2;
}

DWORD parent_pid() {
  const HANDLE snapshot = ::CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  PROCESSENTRY32W entry{};
  entry.dwSize = sizeof entry;
  DWORD parent = 0;
  for (BOOL more = ::Process32FirstW(snapshot, &entry); more;
       more = ::Process32NextW(snapshot, &entry)) {
    if (entry.th32ProcessID == ::GetCurrentProcessId()) parent = entry.th32ParentProcessID;
  }
  ::CloseHandle(snapshot);
  return parent;
}

HANDLE caught = nullptr;
DWORD caught_event = 0;

BOOL WINAPI on_console_event(DWORD event) {
  caught_event = event;  // on a thread of the system's own, so main may simply wait
  ::SetEvent(caught);
  return TRUE;
}

}  // namespace

bool put(int slot, const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    DWORD n = 0;
    if (!::WriteFile(::GetStdHandle(std_slot(slot)), text.data() + at,
                     static_cast<DWORD>(text.size() - at), &n, nullptr)) {
      return false;
    }
    at += n;
  }
  return true;
}

std::string take() {
  std::string text(65536, '\0');
  DWORD n = 0;
  do {  // a message of no bytes on a pipe is not its end
    if (!::ReadFile(::GetStdHandle(STD_INPUT_HANDLE), text.data(), static_cast<DWORD>(text.size()),
                    &n, nullptr)) {
      return {};
    }
  } while (n == 0 && ::GetFileType(::GetStdHandle(STD_INPUT_HANDLE)) == FILE_TYPE_PIPE);
  text.resize(n);
  return text;
}

int die(const Args& args) {
  if (args.empty()) return 2;
  if (args[0] == "abort") std::abort();
  const std::string name = args[0].rfind("SIG", 0) == 0 ? args[0].substr(3) : args[0];
  const int sig = name == "INT"    ? 2
                  : name == "ABRT" ? 6
                  : name == "KILL" ? 9
                  : name == "SEGV" ? 11
                  : name == "TERM" ? 15
                                   : std::atoi(name.c_str());
  ::TerminateProcess(::GetCurrentProcess(), 128 + static_cast<UINT>(sig));
  return 3;
}

int fds(const Args&) {
  std::string out;
  constexpr const char* kSlots[] = {" stdin", " stdout", " stderr"};
  for (ULONG_PTR value = 4; value < 0x4000; value += 4) {
    const auto handle = reinterpret_cast<HANDLE>(value);
    DWORD flags = 0;
    if (!::GetHandleInformation(handle, &flags)) continue;
    std::string slots;
    for (int i = 0; i < 3; ++i) {
      if (::GetStdHandle(std_slot(i)) == handle) slots += kSlots[i];
    }
    if ((flags & HANDLE_FLAG_INHERIT) == 0 && slots.empty()) continue;
    out += hex(handle) + " " + kind_of(handle) +
           " inherit=" + ((flags & HANDLE_FLAG_INHERIT) != 0 ? "1" : "0") + slots + "\n";
  }
  return put(1, out + crt_block()) ? 0 : 1;
}

int ids(const Args&) {
  return put(1, "pid " + std::to_string(::GetCurrentProcessId()) + "\nppid " +
                    std::to_string(parent_pid()) + "\n")
             ? 0
             : 1;
}

int signals(const Args&) { return lacks("signal mask"); }

int limits(const Args&) { return lacks("resource limits of a process; a job object has some"); }

int gate(const Args& args) {
  if (args.empty()) return 2;
  return ::WaitForSingleObject(handle_of(args[0]), INFINITE) == WAIT_OBJECT_0 ? 0 : 1;
}

int ready(const Args& args) {
  if (args.empty() || !::SetEvent(handle_of(args[0]))) return 2;
  while (!take().empty()) {
  }
  return 0;
}

int grandchild(const Args& args) {
  const Result<std::string> self = self_path();
  if (args.empty() || !self) return 2;
  Result<std::wstring> line = to_wide("\"" + *self + "\" gate " + args[0]);
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  PROCESS_INFORMATION process{};
  if (!line || !::CreateProcessW(nullptr, line->data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr,
                                 &startup, &process)) {
    return 1;
  }
  return put(1, std::to_string(process.dwProcessId) + "\n") ? 0 : 1;
}

int ignore_term(const Args&) { return lacks("SIGTERM to ignore"); }

int trap(const Args& args) {
  if (args.size() < 2) return 2;
  if (args[0] != "INT" && args[0] != "BREAK") return lacks("signals; `trap INT` and `trap BREAK`");
  caught = ::CreateEventW(nullptr, TRUE, FALSE, nullptr);
  ::SetConsoleCtrlHandler(on_console_event, TRUE);
  if (!::SetEvent(handle_of(args[1]))) return 2;
  ::WaitForSingleObject(caught, INFINITE);
  return put(1, "caught " + std::to_string(caught_event) + "\n") ? 0 : 1;
}

std::vector<std::string> environment() {
  std::vector<std::string> all;
  wchar_t* block = ::GetEnvironmentStringsW();
  for (const wchar_t* entry = block; *entry != L'\0'; entry += std::wcslen(entry) + 1) {
    all.push_back(from_wide(entry));
  }
  ::FreeEnvironmentStringsW(block);
  return all;
}

std::string cwd() {
  std::wstring path(::GetCurrentDirectoryW(0, nullptr), L'\0');
  path.resize(::GetCurrentDirectoryW(static_cast<DWORD>(path.size()), path.data()));
  return from_wide(path);
}

Args arguments(int argc, char** argv) { return utf8_args(argc, argv); }

}  // namespace proclab::probe
