// tests/ch04 · read_back by Windows itself.
#include "tests/ch04_spawn/read_back.h"

#include <windows.h>

#include <shellapi.h>

#include "platform/win32/wide.h"

namespace proclab::spawn {

std::vector<std::string> read_back(const std::string& line) {
  int count = 0;
  wchar_t** const argv = ::CommandLineToArgvW(to_wide(line)->c_str(), &count);
  std::vector<std::string> all;
  for (int i = 0; i < count; ++i) all.push_back(from_wide(argv[i]));
  ::LocalFree(argv);
  return all;
}

}  // namespace proclab::spawn
