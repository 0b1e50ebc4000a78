// Chapter 9 · locks: which lock on a pidfile can decide who is the daemon?
//
// Look for: each kind fails another question. A lock of fcntl(F_SETLK) does not outlive the double
// fork, nor a stray close() in a library. flock() outlives both, but who only wants to know takes
// it, and a `status` makes a `start` fail. Only the third kind answers all three; and who holds it,
// the first kind tells.
//
// Run: ch09_locks
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/handle.h"

using namespace proclab;

namespace {

/// fcntl(2) with a whole-file write lock: for F_SETLK, F_OFD_SETLK and their GETLKs.
struct flock ask(int file, int command) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  if (::fcntl(file, command, &lock) == -1) lock.l_type = -1;
  return lock;
}

struct Kind {
  const char* name;
  bool (*take)(int file);
  /// Whether `file` could take it, by the gentlest way that this kind has.
  bool (*look)(int file);
};

const Kind kKinds[] = {
    {"fcntl(F_SETLK)", [](int file) { return ask(file, F_SETLK).l_type != -1; },
     [](int file) { return ask(file, F_GETLK).l_type == F_UNLCK; }},
    {"flock()", [](int file) { return ::flock(file, LOCK_EX | LOCK_NB) == 0; },
     [](int file) { return ::flock(file, LOCK_SH | LOCK_NB) == 0; }},
    {"fcntl(F_OFD_SETLK)", [](int file) { return ask(file, F_OFD_SETLK).l_type != -1; },
     [](int file) { return ask(file, F_OFD_GETLK).l_type == F_UNLCK; }},
};

char g_path[] = "/tmp/ch09_locks_XXXXXX";

Handle open_it() { return Handle(::open(g_path, O_RDWR | O_CLOEXEC)); }

/// What another process finds.
bool in_another(const std::function<bool()>& body) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(body() ? 1 : 0);
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return WEXITSTATUS(status) == 1;
}

bool held(const Kind& kind) {
  return !in_another([&] { return kind.take(open_it().get()); });
}

bool outlives_fork(const Kind& kind) {
  // The one who took it leaves, as the starter does. Its child, the daemon, has the descriptor.
  int gate[2], gone[2];
  if (::pipe2(gate, O_CLOEXEC) == -1 || ::pipe2(gone, O_CLOEXEC) == -1) return false;
  in_another([&] {
    const Handle file = open_it();
    kind.take(file.get());
    if (::fork() != 0) return true;
    ::close(gate[1]);
    char byte;
    const ssize_t end = ::read(gate[0], &byte, 1);
    ::close(file.get());  // before its end of `gone`, which tells that the lock is free
    ::_exit(static_cast<int>(end));
  });
  const bool still = held(kind);
  for (const int end : {gate[0], gate[1], gone[1]}) ::close(end);
  char byte;
  while (::read(gone[0], &byte, 1) == -1 && errno == EINTR) {
  }
  ::close(gone[0]);
  return still;
}

bool outlives_close(const Kind& kind) {
  const Handle file = open_it();
  kind.take(file.get());
  open_it().close();  // a library that reads the pidfile
  return held(kind);
}

bool can_be_looked_at(const Kind& kind) {
  const Handle status = open_it(), start = open_it();
  kind.look(status.get());
  return kind.take(start.get());
}

bool names_its_holder(const Kind& kind) {
  const Handle file = open_it();
  kind.take(file.get());
  const pid_t self = ::getpid();
  return in_another([&] { return ask(open_it().get(), F_GETLK).l_pid == self; });
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch09_locks\nPuts four questions to three kinds of lock."), 0;
  }
  Handle(::mkstemp(g_path)).close();
  std::printf("%-20s%-15s%-16s%-16s%s\n", "", "outlives fork", "a stray close", "can be looked at",
              " names its holder");
  std::fflush(stdout);
  const auto word = [](bool yes) { return yes ? "yes" : "NO"; };
  for (const Kind& kind : kKinds) {
    std::printf("%-20s%-15s", kind.name, word(outlives_fork(kind)));
    std::printf("%-16s", word(outlives_close(kind)));
    std::printf("%-16s ", word(can_be_looked_at(kind)));
    std::printf("%s\n", word(names_its_holder(kind)));
    std::fflush(stdout);
  }
  ::unlink(g_path);
  return 0;
}
