// Chapter 5 · pipes: opening files for a child, on Windows. Read redirect.h first.
//
// One call, with three traps: what others may do meanwhile must be said (nothing, by default: not even
// read our log); appending is an access right, not a flag; and there is no unlink for an open file, but
// a flag that deletes it with its last handle.
#include "chapters/ch05_pipes/redirect.h"

#include <windows.h>

#include "chapters/ch02_stdio/writer.h"
#include "platform/win32/wide.h"

namespace proclab::pipes {

namespace {

constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;

DWORD access_of(Redirect how) {
  switch (how) {
    case Redirect::read: return GENERIC_READ;
    case Redirect::truncate: return GENERIC_WRITE;
    // Without FILE_WRITE_DATA: then every write goes to the end, wherever that is by then.
    case Redirect::append: return FILE_APPEND_DATA | FILE_READ_ATTRIBUTES | SYNCHRONIZE;
  }
  return GENERIC_READ;
}

DWORD creation_of(Redirect how) {
  return how == Redirect::read       ? OPEN_EXISTING
         : how == Redirect::truncate ? CREATE_ALWAYS
                                     : OPEN_ALWAYS;
}

}  // namespace

//> open-file
Result<Handle> open_file(const std::string& path, Redirect how) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the name");
  const Result<std::wstring> wide = to_wide(path);
  if (!wide) return wide.error();
  Handle file(::CreateFileW(wide->c_str(), access_of(how), kShareAll, nullptr, creation_of(how),
                            FILE_ATTRIBUTE_NORMAL, nullptr));
  if (!file) return last_error("CreateFileW", path);
  return file;
}
//< open-file

//> here-string
Result<Handle> here_string(std::string_view text) {
  wchar_t folder[MAX_PATH + 1], name[MAX_PATH];
  if (::GetTempPathW(MAX_PATH + 1, folder) == 0) return last_error("GetTempPathW");
  if (::GetTempFileNameW(folder, L"prl", 0, name) == 0) return last_error("GetTempFileNameW");
  // TEMPORARY: kept in memory where there is room. DELETE_ON_CLOSE: with the last copy of this handle,
  // also the child's, also when both are killed.
  Handle file(::CreateFileW(name, GENERIC_READ | GENERIC_WRITE, kShareAll, nullptr, CREATE_ALWAYS,
                            FILE_ATTRIBUTE_TEMPORARY | FILE_FLAG_DELETE_ON_CLOSE, nullptr));
  if (!file) {
    const Error why = last_error("CreateFileW");
    ::DeleteFileW(name);
    return why;
  }
  const Result<bool> written = stdio::BlockingWriter(file.get()).write(text);
  if (!written) return written.error();
  LARGE_INTEGER start{};
  if (!::SetFilePointerEx(file.get(), start, nullptr, FILE_BEGIN)) {
    return last_error("SetFilePointerEx");
  }
  return file;
}
//< here-string

}  // namespace proclab::pipes
