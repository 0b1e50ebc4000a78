// Chapter 14 · warden: a file that is written once, last, and whole, on Windows. Read report.h first.
//
// The folder is held open without FILE_SHARE_DELETE: as long as it is, nobody can rename it away and put another
// in its place. Meets: CreateFileW with FILE_FLAG_OPEN_REPARSE_POINT, GetFileInformationByHandle,
// FlushFileBuffers, MoveFileExW.
#include <windows.h>

#include "chapters/ch14_warden/report.h"
#include "platform/handle.h"
#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::warden {

struct ReportFile::State {
  Handle folder;
  std::wstring path, draft;
};

namespace {

/// Without the slash at its end, which would lead through a link; a root keeps it.
std::string folder_of(const std::string& path, std::size_t slash) {
  if (slash == std::string::npos) return ".";
  const bool root = slash == 0 || path[slash - 1] == ':';
  return path.substr(0, root ? slash + 1 : slash);
}

}  // namespace

ReportFile::ReportFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReportFile::ReportFile(ReportFile&&) noexcept = default;
ReportFile& ReportFile::operator=(ReportFile&&) noexcept = default;
ReportFile::~ReportFile() = default;

Result<ReportFile> ReportFile::open(const std::string& path) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the path");
  const std::size_t slash = path.find_last_of("/\\");
  const std::string name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.empty() || name == "." || name == "..") {
    return make_error("open", std::errc::is_a_directory, path);
  }
  const std::string folder = folder_of(path, slash);
  const Result<std::wstring> wide_folder = to_wide(folder), wide_path = to_wide(path);
  if (!wide_folder || !wide_path) return (wide_folder ? wide_path : wide_folder).error();
  auto state = std::make_unique<State>();
  state->path = *wide_path;
  state->draft = *wide_path + L"." + std::to_wstring(::GetCurrentProcessId()) + L".tmp";
  state->folder = Handle(::CreateFileW(
      wide_folder->c_str(), FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE, nullptr,
      OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!state->folder) return last_error("CreateFileW", folder);
  BY_HANDLE_FILE_INFORMATION what{};
  if (!::GetFileInformationByHandle(state->folder.get(), &what)) {
    return last_error("GetFileInformationByHandle", folder);
  }
  const DWORD kind =
      what.dwFileAttributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_REPARSE_POINT);
  if (kind != FILE_ATTRIBUTE_DIRECTORY) {  // a link could point elsewhere by the time we write
    return make_error("CreateFileW", std::errc::not_a_directory, folder);
  }
  return ReportFile(std::move(state));
}

//> write
Result<void> ReportFile::write(const std::string& text) {
  const wchar_t* const draft = state_->draft.c_str();
  ::DeleteFileW(draft);  // one that was planted goes, and not what it may point to
  Handle file(::CreateFileW(draft, GENERIC_WRITE, 0, nullptr, CREATE_NEW,
                            FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT, nullptr));
  if (!file) return last_error("CreateFileW", from_wide(state_->draft));
  Result<void> done;
  DWORD written = 0;
  if (!::WriteFile(file.get(), text.data(), static_cast<DWORD>(text.size()), &written, nullptr)) {
    done = last_error("WriteFile");
  }
  if (done && !::FlushFileBuffers(file.get())) done = last_error("FlushFileBuffers");
  file.close();
  if (done && !::MoveFileExW(draft, state_->path.c_str(), MOVEFILE_REPLACE_EXISTING)) {
    done = last_error("MoveFileExW");
  }
  if (!done) ::DeleteFileW(draft);
  return done;
}
//< write

}  // namespace proclab::warden
