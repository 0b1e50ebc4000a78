// tests/ch08 · kin: a parent that starts a grandchild and leaves. Raw calls: it plays a stranger's
// program.
//
//   kin parent      starts `kin child`, prints its pid, exits with 7
//   kin breakaway   the same, outside of the job; inside, when that is refused
//   kin child       lives until its stdin ends
#include <windows.h>

#include <cstdio>
#include <cstring>
#include <string>

static bool start(DWORD flags, PROCESS_INFORMATION& child) {
  wchar_t self[MAX_PATH];
  ::GetModuleFileNameW(nullptr, self, MAX_PATH);
  std::wstring line = L"\"" + std::wstring(self) + L"\" child";
  STARTUPINFOW info{};
  info.cb = sizeof info;
  info.dwFlags = STARTF_USESTDHANDLES;
  info.hStdInput = ::GetStdHandle(STD_INPUT_HANDLE);
  info.hStdOutput = ::GetStdHandle(STD_OUTPUT_HANDLE);
  info.hStdError = ::GetStdHandle(STD_ERROR_HANDLE);
  return ::CreateProcessW(self, line.data(), nullptr, nullptr, TRUE, flags, nullptr, nullptr, &info,
                          &child) != FALSE;
}

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  if (std::strcmp(argv[1], "child") == 0) {
    while (std::getchar() != EOF) continue;
    return 0;
  }
  const bool leave = std::strcmp(argv[1], "breakaway") == 0;
  PROCESS_INFORMATION child{};
  bool started = start(leave ? CREATE_BREAKAWAY_FROM_JOB : 0, child);
  if (!started && leave) started = start(0, child);
  if (!started) return 3;
  std::printf("%lu\n", static_cast<unsigned long>(child.dwProcessId));
  std::fflush(stdout);
  return 7;
}
