// Chapter 9 · daemon: the pidfile on POSIX. Read pidfile.h and file_lock_posix.h first.
//
// What is left once the lock decides? That the file under the lock is the file under the name.
// Between our open() and our lock its last holder may have removed it; then we hold a file that
// nobody else will ever find, and the next one holds a new file of the same name: two winners.
#include "chapters/ch09_daemon/pidfile.h"

#include <cerrno>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch09_daemon/file_lock_posix.h"
#include "platform/text.h"

namespace proclab::daemon {
namespace {

/// O_NOFOLLOW: see take(). O_NONBLOCK: a FIFO of that name must not hold us up. O_NOCTTY: nor must
/// a terminal of that name become ours.
constexpr int kCarefully = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;

Result<Handle> open_plain_file(const std::string& path, int flags) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the path");
  Handle file(::open(path.c_str(), flags | kCarefully, 0644));
  if (!file) return last_error("open", path);
  struct stat info;
  if (::fstat(file.get(), &info) == -1) return last_error("fstat", path);
  if (S_ISDIR(info.st_mode)) return make_error("open", std::errc::is_a_directory, path);
  if (!S_ISREG(info.st_mode)) {
    return make_error("open", std::errc::invalid_argument, path + " is no plain file");
  }
  // A second name could be /etc/passwd, put here by whoever may write to the folder.
  if (info.st_nlink > 1) {
    return make_error("open", std::errc::too_many_links, path + " is another file's second name");
  }
  return file;
}

bool same_file(int file, const std::string& path) noexcept {
  struct stat held, there;
  return ::fstat(file, &held) == 0 && ::lstat(path.c_str(), &there) == 0 &&
         held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

//> write-pid
/// Over the old text first, and only then cut: whoever reads the first line meanwhile finds a whole
/// number, and never an empty file.
Result<void> write_pid(int file) {
  const std::string text = std::to_string(::getpid()) + "\n";
  const ssize_t size = static_cast<ssize_t>(text.size());
  ssize_t written = 0;
  while ((written = ::pwrite(file, text.data(), text.size(), 0)) == -1 && errno == EINTR) {
  }
  if (written == -1) return last_error("pwrite");
  if (written != size) return make_error("pwrite", std::errc::no_space_on_device);
  if (::ftruncate(file, size) == -1) return last_error("ftruncate");
  return {};
}
//< write-pid

}  // namespace

//> take
Result<PidFile> PidFile::take(const std::string& path) {
  for (;;) {
    Result<Handle> file = open_plain_file(path, O_RDWR | O_CREAT);
    if (!file) return file.error();
    const Result<bool> ours = lock_to_decide(file->get());
    if (!ours) return ours.error();
    if (!*ours) {
      const Result<Pid> holder = named(file->get());
      return make_error(
          "lock", std::errc::device_or_resource_busy,
          path + (holder && *holder != 0 ? " is held by process " + std::to_string(*holder)
                                         : " is held by another process"));
    }
    // Its last holder removed it after we had opened it: this lock is on a file without a name.
    // Each round means that somebody else was done in between, so this ends.
    if (!same_file(file->get(), path)) continue;
    PidFile taken(std::move(*file), path, ::getpid());
    if (Result<void> r = write_pid(taken.file_.get()); !r) return r.error();
    if (Result<void> r = lock_to_name(taken.file_.get()); !r) return r.error();
    return taken;
  }
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

//> release
void PidFile::release() noexcept {
  // First the name, then the lock: the other way round, the next one could have taken the file that
  // we are about to remove. And not in a forked child: the daemon that it left lives on.
  if (file_ && owner_ == ::getpid() && in_place()) ::unlink(path_.c_str());
  file_.close();
}
//< release

bool PidFile::in_place() const noexcept { return file_ && same_file(file_.get(), path_); }

//> look
Result<Standing> look_at(const std::string& path) {
  const Result<Handle> file = open_plain_file(path, O_RDONLY);
  if (!file && file.error().code == std::errc::no_such_file_or_directory) return Standing{};
  if (!file) return file.error();
  const Result<bool> held = decided(file->get());
  if (!held) return held.error();
  if (!*held) return Standing{Standing::What::stale, 0};
  const Result<Pid> holder = named(file->get());
  if (!holder) return holder.error();
  return Standing{Standing::What::held, *holder};
}
//< look

}  // namespace proclab::daemon
