// Chapter 14 · warden: a command line, out of another process's memory. Read command_win32.h first.
//
// No call tells it: a process keeps it for itself, in a block that its environment block (PEB) points to. The
// structures are in winternl.h, with a warning that they may change; debuggers and process lists live on
// them. Meets: NtQueryInformationProcess, ReadProcessMemory.
#include "chapters/ch14_warden/command_win32.h"

#include <windows.h>

#include <winternl.h>

#include "platform/handle.h"
#include "platform/win32/wide.h"

namespace proclab::warden {
namespace {

bool read(HANDLE process, const void* from, void* to, std::size_t size) {
  SIZE_T got = 0;
  return ::ReadProcessMemory(process, from, to, size, &got) && got == size;
}

}  // namespace

//> command
std::string command_of(Pid pid) {
  const Handle process(
      ::OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION | PROCESS_VM_READ, FALSE, pid));
  PROCESS_BASIC_INFORMATION basic{};
  if (!process || ::NtQueryInformationProcess(process.get(), ProcessBasicInformation, &basic,
                                              sizeof basic, nullptr) != 0) {
    return {};
  }
  PEB block{};
  RTL_USER_PROCESS_PARAMETERS started{};
  if (!read(process.get(), basic.PebBaseAddress, &block, sizeof block) ||
      !read(process.get(), block.ProcessParameters, &started, sizeof started)) {
    return {};
  }
  // Its word for how long it is goes up to 64 KiB, and what cannot be read is an error here, no fault.
  std::wstring line(started.CommandLine.Length / sizeof(wchar_t), L'\0');
  if (!read(process.get(), started.CommandLine.Buffer, line.data(),
            line.size() * sizeof(wchar_t))) {
    return {};
  }
  return from_wide(line);
}
//< command

}  // namespace proclab::warden
