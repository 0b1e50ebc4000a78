// Chapter 1 · environment on Windows: the system keeps it, compares without case, and locks.
#include "chapters/ch01_process/environment.h"

#include <windows.h>

#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::process {
namespace {

/// A copy of the block: "A=1\0B=2\0\0". Calls each(line, position of its first '=').
template <class Each>
Result<void> walk(Each each) {
  wchar_t* const block = ::GetEnvironmentStringsW();
  if (block == nullptr) return last_error("GetEnvironmentStringsW");
  for (const wchar_t* line = block; *line != L'\0'; line += std::wstring_view(line).size() + 1) {
    const std::string text = from_wide(line);
    each(std::string_view(text), text.find('='));
  }
  ::FreeEnvironmentStringsW(block);
  return {};
}

}  // namespace

Result<std::optional<std::string>> get_variable(std::string_view name) {
  if (Result<void> ok = check_name("GetEnvironmentVariableW", name); !ok) return ok.error();
  const Result<std::wstring> wide = to_wide(name);
  if (!wide) return wide.error();
  std::wstring value(128, L'\0');
  for (;;) {
    // 0 means an empty value, or a failure; the call leaves the last error alone on success, so
    // only a cleared one tells the two apart.
    ::SetLastError(ERROR_SUCCESS);
    const DWORD size =
        ::GetEnvironmentVariableW(wide->c_str(), value.data(), static_cast<DWORD>(value.size()));
    if (size == 0 && ::GetLastError() == ERROR_ENVVAR_NOT_FOUND) {
      return std::optional<std::string>{};
    }
    if (size == 0 && ::GetLastError() != ERROR_SUCCESS) {
      return last_error("GetEnvironmentVariableW", std::string(name));
    }
    if (size < value.size()) {
      return std::optional<std::string>(from_wide(std::wstring_view(value.data(), size)));
    }
    value.resize(size);  // another thread may lengthen it meanwhile: ask again
  }
}

Result<void> set_variable(std::string_view name, std::string_view value) {
  if (Result<void> ok = check_name("SetEnvironmentVariableW", name); !ok) return ok.error();
  if (has_nul(value)) {
    return make_error("SetEnvironmentVariableW", std::errc::invalid_argument, "NUL in the value");
  }
  const Result<std::wstring> wide_name = to_wide(name);
  if (!wide_name) return wide_name.error();
  const Result<std::wstring> wide_value = to_wide(value);
  if (!wide_value) return wide_value.error();
  // The documented limit. Without this line the error would come later, from CreateProcessW.
  if (wide_value->size() > 32'766) {
    return make_error("SetEnvironmentVariableW", std::errc::argument_list_too_long,
                      "a value has at most 32,766 UTF-16 units");
  }
  if (!::SetEnvironmentVariableW(wide_name->c_str(), wide_value->c_str())) {
    return last_error("SetEnvironmentVariableW", std::string(name));
  }
  return {};
}

Result<void> unset_variable(std::string_view name) {
  if (Result<void> ok = check_name("SetEnvironmentVariableW", name); !ok) return ok.error();
  const Result<std::wstring> wide = to_wide(name);
  if (!wide) return wide.error();
  if (!::SetEnvironmentVariableW(wide->c_str(), nullptr) &&
      ::GetLastError() != ERROR_ENVVAR_NOT_FOUND) {
    return last_error("SetEnvironmentVariableW", std::string(name));
  }
  return {};
}

Result<std::vector<Variable>> list_variables() {
  std::vector<Variable> list;
  Result<void> ok = walk([&](std::string_view line, std::size_t equals) {
    if (equals == line.npos || equals == 0) return;
    list.push_back({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1))});
  });
  if (!ok) return ok.error();
  return list;
}

Result<std::vector<std::string>> odd_lines() {
  std::vector<std::string> list;
  Result<void> ok = walk([&](std::string_view line, std::size_t equals) {
    if (equals == line.npos || equals == 0) list.emplace_back(line);
  });
  if (!ok) return ok.error();
  return list;
}

}  // namespace proclab::process
