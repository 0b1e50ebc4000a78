// tests/ch05 · ch05_left: says "left", and leaves behind a child that holds all that it had.
//
// The one that is left waits for the end of stdin.
#include <windows.h>

int main(int argc, char**) {
  const HANDLE in = ::GetStdHandle(STD_INPUT_HANDLE), out = ::GetStdHandle(STD_OUTPUT_HANDLE);
  DWORD count = 0;
  if (argc > 1) {
    char byte;
    while (::ReadFile(in, &byte, 1, &count, nullptr)) {
    }
    return 0;
  }
  wchar_t self[MAX_PATH], line[MAX_PATH + 16];
  ::GetModuleFileNameW(nullptr, self, MAX_PATH);
  ::wsprintfW(line, L"\"%s\" --hold", self);
  STARTUPINFOW startup{};
  startup.cb = sizeof startup;
  startup.dwFlags = STARTF_USESTDHANDLES;
  startup.hStdInput = in;
  startup.hStdOutput = out;
  startup.hStdError = ::GetStdHandle(STD_ERROR_HANDLE);
  PROCESS_INFORMATION child{};
  if (!::CreateProcessW(nullptr, line, nullptr, nullptr, TRUE, 0, nullptr, nullptr, &startup,
                        &child)) {
    return 1;
  }
  return ::WriteFile(out, "left\n", 5, &count, nullptr) ? 0 : 1;
}
