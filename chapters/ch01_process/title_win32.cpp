// Chapter 1 · title on Windows: a console has one, a process has none.
#include "chapters/ch01_process/title.h"

#include <windows.h>

#include "platform/self.h"
#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::process {

std::vector<std::string> keep_args(int argc, char** argv) { return utf8_args(argc, argv); }

/// The calls below fail with misleading codes, or succeed with an empty text, where there is no
/// console; so this asks first.
static Result<void> need_console(const char* call) {
  if (::GetConsoleCP() != 0) return {};
  return make_error(call, std::errc::no_such_device, "this process has no console");
}

Result<void> set_title(std::string_view text) {
  if (has_nul(text)) return make_error("set_title", std::errc::invalid_argument, "NUL inside");
  if (Result<void> ok = need_console("SetConsoleTitleW"); !ok) return ok.error();
  const Result<std::wstring> wide = to_wide(text);
  if (!wide) return wide.error();
  if (!::SetConsoleTitleW(wide->c_str())) return last_error("SetConsoleTitleW");
  return {};
}

Result<std::string> title() {
  if (Result<void> ok = need_console("GetConsoleTitleW"); !ok) return ok.error();
  std::wstring text(64 * 1024, L'\0');  // the longest there is; the call cuts without a word
  ::SetLastError(ERROR_SUCCESS);        // 0 means empty, or failed
  const DWORD size = ::GetConsoleTitleW(text.data(), static_cast<DWORD>(text.size()));
  if (size == 0 && ::GetLastError() != ERROR_SUCCESS) return last_error("GetConsoleTitleW");
  return from_wide(std::wstring_view(text.data(), size));
}

}  // namespace proclab::process
