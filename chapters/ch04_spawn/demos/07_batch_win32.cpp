// Chapter 4 · batch: why start() does not run a .bat file.
//
// Look for: the quoting is right by every rule of chapter 4, and cmd.exe does not care: it cuts the
// line by rules of its own, and the argument becomes a command (CVE-2024-24576). So start() refuses,
// as Node does since 2024.
//
// Run: ch04_batch
#include <cstdio>
#include <cstring>
#include <fstream>

#include <windows.h>

#include "chapters/ch04_spawn/command_line.h"
#include "chapters/ch04_spawn/spawn.h"
#include "platform/win32/wide.h"

using namespace proclab;

static const char* const kArgument = "\"&echo INJECTED";

//> unsafe
/// UNSAFE: hands a batch file to CreateProcessW, correctly quoted.
static void run_batch_anyway() {
  std::wstring line = *to_wide(spawn::join_command_line("hello.bat", {kArgument}));
  STARTUPINFOW info{};
  info.cb = sizeof info;
  PROCESS_INFORMATION child{};
  if (!::CreateProcessW(nullptr, line.data(), nullptr, nullptr, TRUE, 0, nullptr, nullptr, &info,
                        &child)) {
    std::printf("%s\n", last_error("CreateProcessW").message().c_str());
    return;
  }
  ::WaitForSingleObject(child.hProcess, INFINITE);
  ::CloseHandle(child.hThread);
  ::CloseHandle(child.hProcess);
}
//< unsafe

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch04_batch\nShows how an argument of a .bat file becomes a command."),
           0;
  }
  std::ofstream("hello.bat") << "@echo hello\r\n";
  std::printf("the argument: %s\n", kArgument);
  std::fflush(stdout);
  run_batch_anyway();
  const Result<spawn::Process> child = spawn::start({.file = "./hello.bat", .args = {kArgument}});
  std::printf("start(): %s\n", child ? "started" : child.error().message().c_str());
  return 0;
}
