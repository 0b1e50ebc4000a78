// Chapter 3 · fork: what stands in fork's place on Windows: a fresh process, and what it is given.
//
// Look for: the variable that the parent set is back at its first value in the child, since nothing
// was copied. Only what was handed over is there: a section that both map, and it is shared, not
// copied, so the child's write is seen by the parent. A handle that was not listed is not there.
//
// Run: ch03_instead
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <windows.h>

#include "platform/handle.h"
#include "platform/result.h"
#include "platform/self.h"
#include "platform/win32/wide.h"

using namespace proclab;

namespace {

int set_at_run_time = 1;  // a fork would copy what the parent made of it

// What a copy would have had for nothing has to be put into one flat, position-free struct: the
// section is mapped at another address in the child, so no pointer in it would lead anywhere.
struct Shared {
  int parents_number;
  DWORD childs_pid;
};

std::uintptr_t number_of(HANDLE handle) { return reinterpret_cast<std::uintptr_t>(handle); }

Result<Handle> make_section() {
  SECURITY_ATTRIBUTES inheritable = {sizeof inheritable, nullptr, TRUE};
  Handle section(::CreateFileMappingW(INVALID_HANDLE_VALUE, &inheritable, PAGE_READWRITE, 0,
                                      sizeof(Shared), nullptr));
  if (!section) return last_error("CreateFileMappingW");
  return section;
}

Shared* map(HANDLE section) {
  return static_cast<Shared*>(::MapViewOfFile(section, FILE_MAP_ALL_ACCESS, 0, 0, sizeof(Shared)));
}

//> start-self
// Starts this program again with exactly one handle. bInheritHandles alone would hand over *every*
// inheritable handle in this process, those that another thread made a moment ago included.
Result<Handle> start_self(HANDLE inherited, HANDLE not_inherited) {
  const Result<std::string> path = self_path();
  if (!path) return path.error();
  Result<std::wstring> wide = to_wide(*path);
  if (!wide) return wide.error();
  std::wstring command = L"ch03_instead --child " + std::to_wstring(number_of(inherited)) + L" " +
                         std::to_wstring(number_of(not_inherited));

  SIZE_T size = 0;
  ::InitializeProcThreadAttributeList(nullptr, 1, 0, &size);  // fails, and says how large
  const auto bytes = std::make_unique<std::byte[]>(size);
  auto* const list = reinterpret_cast<LPPROC_THREAD_ATTRIBUTE_LIST>(bytes.get());
  if (!::InitializeProcThreadAttributeList(list, 1, 0, &size))
    return last_error("InitializeProcThreadAttributeList");
  HANDLE handles[] = {inherited};
  STARTUPINFOEXW start = {};
  start.StartupInfo.cb = sizeof start;
  start.lpAttributeList = list;
  PROCESS_INFORMATION made = {};
  const bool ok =
      ::UpdateProcThreadAttribute(list, 0, PROC_THREAD_ATTRIBUTE_HANDLE_LIST, handles,
                                  sizeof handles, nullptr, nullptr) &&
      ::CreateProcessW(wide->c_str(), command.data(), nullptr, nullptr, TRUE,
                       EXTENDED_STARTUPINFO_PRESENT, nullptr, nullptr, &start.StartupInfo, &made);
  const Error why = last_error("CreateProcessW");
  ::DeleteProcThreadAttributeList(list);
  if (!ok) return why;
  ::CloseHandle(made.hThread);
  return Handle(made.hProcess);
}
//< start-self

int child(const char* section_number, const char* other_number) {
  // The same numbers as in the parent: an inherited handle keeps its value.
  auto* const section = reinterpret_cast<HANDLE>(std::strtoull(section_number, nullptr, 10));
  auto* const other = reinterpret_cast<HANDLE>(std::strtoull(other_number, nullptr, 10));
  Shared* const shared = map(section);
  if (shared == nullptr) return 1;
  const bool copied = set_at_run_time == 42;
  // A number that is free here may belong to something else, so ask for the kind as well.
  Shared* const second = map(other);
  shared->childs_pid = ::GetCurrentProcessId();
  shared->parents_number += 1;
  return (copied ? 8 : 0) + (second != nullptr ? 4 : 0);
}

int parent() {
  set_at_run_time = 42;
  Result<Handle> section = make_section();
  Result<Handle> unlisted = make_section();
  if (!section || !unlisted) return 1;
  Shared* const shared = map(section->get());
  if (shared == nullptr) return 1;
  shared->parents_number = set_at_run_time;

  Result<Handle> process = start_self(section->get(), unlisted->get());
  if (!process) return std::fprintf(stderr, "%s\n", process.error().message().c_str()), 1;
  ::WaitForSingleObject(process->get(), INFINITE);
  DWORD code = 0;
  ::GetExitCodeProcess(process->get(), &code);

  std::printf("parent %lu started child %lu\n", ::GetCurrentProcessId(), shared->childs_pid);
  std::printf("the child has the parent's variable:          %s\n", (code & 8) != 0 ? "yes" : "no");
  std::printf("the child has the handle that was not listed: %s\n", (code & 4) != 0 ? "yes" : "no");
  std::printf("in the section: 42 by the parent, then %d by the child\n", shared->parents_number);
  return code == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 4 && std::string_view(argv[1]) == "--child") return child(argv[2], argv[3]);
  if (argc > 1) {
    std::puts(
        "ch03_instead: a fresh process, one inherited handle, one shared section.\n"
        "usage: ch03_instead");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  return parent();
}
