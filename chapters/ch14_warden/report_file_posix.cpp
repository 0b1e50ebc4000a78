// Chapter 14 · warden: a file that is written once, last, and whole, on POSIX. Read report.h first.
//
// Meets: open with O_DIRECTORY and O_NOFOLLOW, openat with O_EXCL, fsync, renameat, unlinkat.
#include <cerrno>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "chapters/ch14_warden/report.h"
#include "platform/handle.h"
#include "platform/text.h"

namespace proclab::warden {

struct ReportFile::State {
  Handle folder;
  std::string name;
};

ReportFile::ReportFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
ReportFile::ReportFile(ReportFile&&) noexcept = default;
ReportFile& ReportFile::operator=(ReportFile&&) noexcept = default;
ReportFile::~ReportFile() = default;

Result<ReportFile> ReportFile::open(const std::string& path) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the path");
  const std::size_t slash = path.rfind('/');
  auto state = std::make_unique<State>();
  state->name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (state->name.empty() || state->name == "." || state->name == "..") {
    return make_error("open", std::errc::is_a_directory, path);
  }
  const std::string folder = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  state->folder = Handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!state->folder) return last_error("open", folder);
  return ReportFile(std::move(state));
}

//> write
Result<void> ReportFile::write(const std::string& text) {
  const int folder = state_->folder.get();
  const std::string draft = "." + state_->name + "." + std::to_string(::getpid());
  // A draft that somebody has planted (O_EXCL) is no file of ours; it goes, and so does its link.
  ::unlinkat(folder, draft.c_str(), 0);
  Handle file(
      ::openat(folder, draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644));
  if (!file) return last_error("openat", draft);
  Result<void> done;
  for (std::size_t at = 0; at < text.size() && done;) {
    const ssize_t count = ::write(file.get(), text.data() + at, text.size() - at);
    if (count >= 0) at += static_cast<std::size_t>(count);
    if (count == -1 && errno != EINTR) done = last_error("write", draft);
  }
  // On disk before it has the name: after a crash of the machine there is the old report or the new.
  if (done && ::fsync(file.get()) == -1) done = last_error("fsync", draft);
  if (done && ::renameat(folder, draft.c_str(), folder, state_->name.c_str()) == -1) {
    done = last_error("renameat", state_->name);
  }
  if (!done) ::unlinkat(folder, draft.c_str(), 0);
  return done;
}
//< write

}  // namespace proclab::warden
