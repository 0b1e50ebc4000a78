// Chapter 9 · daemon: the pidfile on Windows. Read pidfile.h first.
//
// Here opening a file can be the lock: who opens it and shares no writing is its only writer, until
// it closes it or dies. The system compares and truncates in one step, so no half-taken file is
// ever seen. And a file that is open so cannot be removed by others: there is no unlink race.
#include "chapters/ch09_daemon/pidfile.h"

#include <cstdint>
#include <cstdio>
#include <utility>

#include <windows.h>

#include "chapters/ch09_daemon/instance_win32.h"
#include "platform/text.h"
#include "platform/win32/wide.h"

namespace proclab::daemon {
namespace {

/// What others may do meanwhile: a reader must allow what the holder does, write and remove.
constexpr DWORD kShareAll = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
/// A symbolic link is opened itself, and not what it leads to.
constexpr DWORD kCarefully = FILE_ATTRIBUTE_NORMAL | FILE_FLAG_OPEN_REPARSE_POINT;

Result<Handle> open_plain_file(const std::string& path, DWORD access, DWORD share, DWORD how) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the path");
  const Result<std::wstring> wide = to_wide(path);
  if (!wide) return wide.error();
  const DWORD before = ::GetFileAttributesW(wide->c_str());
  if (before != INVALID_FILE_ATTRIBUTES && (before & FILE_ATTRIBUTE_DIRECTORY) != 0) {
    return make_error("CreateFileW", std::errc::is_a_directory, path);
  }
  if (before != INVALID_FILE_ATTRIBUTES && (before & FILE_ATTRIBUTE_REPARSE_POINT) != 0) {
    return make_error("CreateFileW", std::errc::too_many_symbolic_link_levels, path);
  }
  Handle file(::CreateFileW(wide->c_str(), access, share, nullptr, how, kCarefully, nullptr));
  if (!file) return last_error("CreateFileW", path);
  if (::GetFileType(file.get()) != FILE_TYPE_DISK) {
    return make_error("CreateFileW", std::errc::invalid_argument, path + " is no plain file");
  }
  return file;
}

Result<void> write_text(HANDLE file, const std::string& text) {
  DWORD written = 0;
  if (!::WriteFile(file, text.data(), static_cast<DWORD>(text.size()), &written, nullptr)) {
    return last_error("WriteFile");
  }
  if (written != text.size()) return make_error("WriteFile", std::errc::no_space_on_device);
  return {};
}

}  // namespace

//> take
Result<PidFile> PidFile::take(const std::string& path) {
  // FILE_SHARE_READ alone: from now on everybody may read, and nobody else may write or remove.
  Result<Handle> file =
      open_plain_file(path, GENERIC_READ | GENERIC_WRITE | DELETE, FILE_SHARE_READ, CREATE_ALWAYS);
  if (!file && file.error().code.value() == ERROR_SHARING_VIOLATION) {
    const Result<Standing> other = look_at(path);
    return make_error(
        "lock", std::errc::device_or_resource_busy,
        path + (other && other->pid != 0 ? " is held by process " + std::to_string(other->pid)
                                         : " is held by another process"));
  }
  if (!file) return file.error();
  PidFile taken(std::move(*file), path, ::GetCurrentProcessId());
  if (Result<void> r = write_text(taken.file_.get(), this_instance()); !r) return r.error();
  return taken;
}
//< take

PidFile& PidFile::operator=(PidFile&& other) noexcept {
  if (this == &other) return *this;
  release();
  file_ = std::move(other.file_);
  path_ = std::move(other.path_);
  owner_ = other.owner_;
  return *this;
}

void PidFile::release() noexcept {
  // By the handle, not by the name: what we remove is what we hold.
  FILE_DISPOSITION_INFO remove{TRUE};
  if (file_) ::SetFileInformationByHandle(file_.get(), FileDispositionInfo, &remove, sizeof remove);
  file_.close();
}

bool PidFile::in_place() const noexcept {
  return static_cast<bool>(file_);  // nobody else can remove it while it is open
}

Result<std::string> read_instance(const std::string& path) {
  const Result<Handle> file = open_plain_file(path, GENERIC_READ, kShareAll, OPEN_EXISTING);
  if (!file) return file.error();
  char text[64];
  DWORD size = 0;
  if (!::ReadFile(file->get(), text, sizeof text, &size, nullptr)) return last_error("ReadFile");
  return std::string(text, size);
}

//> look
Result<Standing> look_at(const std::string& path) {
  const Result<std::string> text = read_instance(path);
  if (!text && text.error().code == std::errc::no_such_file_or_directory) return Standing{};
  if (!text) return text.error();
  // A process id alone could be a stranger's by now. With the time of its start it cannot.
  const Result<Instance> instance = open_instance(*text, 0);
  if (instance) return Standing{Standing::What::held, instance->pid};
  if (instance.error().code != std::errc::no_such_process) return instance.error();
  return Standing{Standing::What::stale, 0};
}
//< look

}  // namespace proclab::daemon
