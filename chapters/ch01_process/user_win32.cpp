// Chapter 1 · user on Windows: a name, and a SID where POSIX has numbers.
#include "chapters/ch01_process/user.h"

#include <windows.h>

#include <lmcons.h>

#include "platform/win32/wide.h"

namespace proclab::process {

static Error no_ids(const char* call) {
  return make_error(call, std::errc::function_not_supported,
                    "Windows has no user or group numbers: a token holds SIDs");
}

Result<UserIds> user_ids() { return no_ids("user_ids"); }

Result<std::vector<std::uint32_t>> supplementary_groups() { return no_ids("supplementary_groups"); }

Result<std::string> user_name() {
  wchar_t name[UNLEN + 1];
  DWORD size = UNLEN + 1;
  if (!::GetUserNameW(name, &size)) return last_error("GetUserNameW");
  return from_wide(std::wstring_view(name, size - 1));  // the size counts the NUL
}

Result<std::string> group_name() { return no_ids("group_name"); }

}  // namespace proclab::process
