// Chapter 1 · directory on Windows: one current directory, and a hidden one for each drive.
#include "chapters/ch01_process/directory.h"

#include <windows.h>

#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::process {

Result<std::string> current_directory() {
  std::wstring path(MAX_PATH, L'\0');
  for (;;) {
    const DWORD size = ::GetCurrentDirectoryW(static_cast<DWORD>(path.size()), path.data());
    if (size == 0) return last_error("GetCurrentDirectoryW");
    if (size < path.size()) return from_wide(std::wstring_view(path.data(), size));
    path.resize(size);  // another thread may change it between the two calls: look again
  }
}

Result<void> change_directory(const std::string& path) {
  if (has_nul(path)) {
    return make_error("SetCurrentDirectoryW", std::errc::invalid_argument, "NUL in the path");
  }
  if (path.empty()) {
    return make_error("SetCurrentDirectoryW", std::errc::no_such_file_or_directory, "\"\"");
  }
  const Result<std::wstring> wide = to_wide(path);
  if (!wide) return wide.error();
  if (!::SetCurrentDirectoryW(wide->c_str())) return last_error("SetCurrentDirectoryW", path);
  // "C:notes.txt" means: in drive C's own current directory. DOS had one a drive; Windows keeps
  // them as variables named "=C:", and whoever changes directory has to keep them true.
  const Result<std::string> now = current_directory();
  if (!now || now->size() < 2 || (*now)[1] != ':') return {};  // \\server\share has no drive
  const Result<std::wstring> where = to_wide(*now);
  if (!where) return where.error();
  const wchar_t drive[] = {L'=', static_cast<wchar_t>(where->at(0) & ~0x20), L':', L'\0'};
  if (!::SetEnvironmentVariableW(drive, where->c_str())) {
    return last_error("SetEnvironmentVariableW", "=X:");
  }
  return {};
}

}  // namespace proclab::process
