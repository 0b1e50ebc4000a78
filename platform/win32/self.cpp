// platform · self on Windows.
#include "platform/self.h"

#include <windows.h>

#include <shellapi.h>

#include "platform/win32/wide.h"

namespace proclab {

Result<std::string> self_path() {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD size = ::GetModuleFileNameW(nullptr, path.data(), static_cast<DWORD>(path.size()));
    if (size == 0) return last_error("GetModuleFileNameW");
    if (size < path.size()) return from_wide(std::wstring_view(path.data(), size));
    path.resize(path.size() * 2);  // a full buffer is a cut path
  }
}

std::vector<std::string> utf8_args(int, char**) {
  int count = 0;
  wchar_t** list = ::CommandLineToArgvW(::GetCommandLineW(), &count);
  std::vector<std::string> args;
  for (int i = 0; i < count; ++i) args.push_back(from_wide(list[i]));
  ::LocalFree(list);
  return args;
}

Result<void> fill_std_slots() { return {}; }

}  // namespace proclab
