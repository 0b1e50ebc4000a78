// Chapter 6 · sockets: a server on this machine that clients find by name, on POSIX. Read local.h first.
//
// bind() makes a file, and nothing removes it: not close(), not exit(), not kill -9. So the next server
// finds "address in use" and nobody there. Whoever removes a file because "nobody answers" must be sure
// that this is still so when it does. Meets: bind, listen, chmod, flock, connect, accept, unlink.
#include "chapters/ch06_sockets/local.h"

#include <cerrno>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch06_sockets/address_posix.h"
#include "chapters/ch06_sockets/birth_posix.h"
#include "chapters/ch06_sockets/kind_posix.h"
#include "chapters/ch06_sockets/ready_posix.h"

namespace proclab::sockets {
namespace {

//> folder-lock
/// The lock on the folder that a path stands in. Who holds it may look at a socket's file and remove it
/// as one act: every server takes it before it binds, and keeps it until it listens. A lock file beside
/// the socket would do as well, and would be left behind in turn.
Result<Handle> lock_folder(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  Handle lock(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) return last_error("open", folder);
  // Held for five system calls, so a wait is short; but anybody who can read the folder can hold it, and
  // shall not make us hang.
  const Deadline patience = Deadline::after(Milliseconds(5'000));
  while (::flock(lock.get(), LOCK_EX | LOCK_NB) == -1) {
    if (errno != EWOULDBLOCK && errno != EINTR) return last_error("flock", folder);
    if (patience.passed()) return make_error("flock", std::errc::timed_out, folder);
    ::poll(nullptr, 0, 1);  // flock() has no deadline of its own
  }
  return lock;
}
//< folder-lock

//> stale
/// Removes what stands at `address` if it is a socket and nobody answers there. Under the folder's lock.
Result<void> remove_stale(const Address& address, Kind kind) {
  struct stat about {};
  if (::lstat(address.path(), &about) == -1) {
    return errno == ENOENT ? Result<void>{} : last_error("lstat", address.path());
  }
  if (!S_ISSOCK(about.st_mode)) {
    return make_error("bind", std::errc::file_exists,
                      std::string(address.path()) + " is no socket, and stays");
  }
  const Result<Handle> client = new_socket(AF_UNIX, socket_type(kind));
  if (!client) return client.error();
  ::fcntl(client->get(), F_SETFL, O_NONBLOCK);  // a full backlog is an answer, too
  const int rc = ::connect(client->get(), address.get(), address.size());
  if (rc == -1 && errno == EACCES) return last_error("connect", address.path());
  if (rc == 0 || errno != ECONNREFUSED) {
    return make_error("bind", std::errc::address_in_use,
                      std::string("a server answers at ") + address.path());
  }
  if (::unlink(address.path()) == -1) return last_error("unlink", address.path());
  return {};
}
//< stale

}  // namespace

std::size_t longest_name() { return Address::kLongest; }

std::string shown(const std::string& name) {
  return !name.empty() && name[0] == '\0' ? "@" + name.substr(1) : name;
}

//> open
Result<LocalListener> LocalListener::open(const std::string& name, const ListenOptions& options) {
  const Result<Address> address = Address::of(name);
  if (!address) return address.error();
  Result<Handle> made = new_socket(AF_UNIX, socket_type(options.kind));
  if (!made) return made.error();
  LocalListener listener;
  listener.handle_ = std::move(*made);
  listener.name_ = name;
  listener.options_ = options;
  const int fd = listener.native();
  Handle lock;
  if (!address->is_abstract()) {
    Result<Handle> locked = lock_folder(name);
    if (!locked) return locked.error();
    lock = std::move(*locked);
    if (const Result<void> gone = remove_stale(*address, options.kind); !gone) return gone.error();
    ::fchmod(fd, options.mode);  // Linux makes the file with this mode; others ignore it
  }
  if (::bind(fd, address->get(), address->size()) == -1) return last_error("bind", shown(name));
  if (!address->is_abstract()) {
    // Before listen(): until then connect() is refused, so nobody slips in under the umask's mode.
    if (const Result<void> taken = listener.take_path(options.mode); !taken) return taken.error();
  }
  ::fcntl(fd, F_SETFL, O_NONBLOCK);
  if (options.kind != Kind::datagram && ::listen(fd, options.backlog) == -1) {
    return last_error("listen", shown(name));
  }
  return listener;
}
//< open

Result<void> LocalListener::take_path(unsigned mode) {
  struct stat about {};
  if (::lstat(name_.c_str(), &about) == -1) return last_error("lstat", name_);
  device_ = about.st_dev;
  file_ = about.st_ino;
  if (::chmod(name_.c_str(), mode) == -1) return last_error("chmod", name_);
  return {};
}

//> accept
Result<Handle> LocalListener::accept(Deadline until) {
  Handle end;
  const Result<std::size_t> got = try_then_wait(native(), POLLIN, until, "accept", [&] {
    end = accept_once(native());
    if (!end && errno == ECONNABORTED) errno = EINTR;  // that client is gone: the next one, please
    return end ? 0 : -1;
  });
  if (!got) return got.error();
  return end;
}
//< accept

LocalListener& LocalListener::operator=(LocalListener&& other) noexcept {
  if (this == &other) return *this;
  close();
  handle_ = std::move(other.handle_);
  name_ = std::move(other.name_);
  options_ = other.options_;
  device_ = other.device_;
  file_ = other.file_;
  return *this;
}

//> close
void LocalListener::close() noexcept {
  if (!handle_) return;
  // First the file, then the socket: as long as we listen, no other server may take the path, so what we
  // remove is ours; unless somebody removed it by hand and another server has come since.
  if (file_ != 0) {
    const Result<Handle> lock = lock_folder(name_);
    struct stat about {};
    if (lock && ::lstat(name_.c_str(), &about) == 0 && about.st_dev == device_ &&
        about.st_ino == file_) {
      ::unlink(name_.c_str());
    }
  }
  handle_.close();
}
//< close

Result<Handle> connect_local(const std::string& name, Kind kind, Deadline until) {
  const Result<Address> address = Address::of(name);
  if (!address) return address.error();
  Result<Handle> end = new_socket(AF_UNIX, socket_type(kind));
  if (!end) return end.error();
  for (;;) {
    // A full backlog makes connect() wait. There is no event to poll for, but Linux keeps to the time
    // limit for sends; macOS refuses at once.
    const int left = until.poll_timeout();
    if (left >= 0) limit_sends(end->get(), left < 1 ? 1 : left);
    if (::connect(end->get(), address->get(), address->size()) == 0) break;
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return last_error("connect", shown(name));
    if (until.passed()) return make_error("connect", std::errc::timed_out, shown(name));
  }
  if (until.poll_timeout() >= 0) limit_sends(end->get(), 0);
  return end;
}

}  // namespace proclab::sockets
