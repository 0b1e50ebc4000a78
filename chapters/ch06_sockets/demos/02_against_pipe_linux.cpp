// Chapter 6 · against_pipe: what a socketpair does that a pipe does not, and the other way round.
//
// Look for: SIGPIPE in both columns; but a socket can be asked not to raise it, call by call.
// Whoever leaves with bytes unread resets the connection, and the other hears of it. And
// /dev/stdout, which scripts love, cannot open a socket: a child of Node's has one as its stdout.
//
// Run: ch06_against_pipe
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/handle.h"

using proclab::Handle;

/// Two ends: what is written to `near` comes out of `far`. Raw calls, so that each shows its own
/// face.
struct Ends {
  Handle far, near;
};

static Ends make(bool socket) {
  int ends[2] = {-1, -1};
  const int rc = socket ? ::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends)
                        : ::pipe2(ends, O_CLOEXEC);
  if (rc == -1) std::perror("pipe2 or socketpair");
  return {Handle(ends[0]), Handle(ends[1])};
}

static std::string outcome(long rc) { return rc >= 0 ? "works" : ::strerrorname_np(errno); }

static std::string back_writes(bool socket) {
  const Ends ends = make(socket);
  return outcome(::write(ends.far.get(), "x", 1));
}

static std::string holds(bool socket) {
  const Ends ends = make(socket);
  ::fcntl(ends.near.get(), F_SETFL, O_NONBLOCK);
  std::size_t total = 0;
  static const char block[4096] = {};
  for (ssize_t n; (n = ::write(ends.near.get(), block, sizeof block)) > 0;) total += n;
  return std::to_string(total);
}

static std::string half_closes(bool socket) {
  const Ends ends = make(socket);
  return outcome(::shutdown(ends.near.get(), SHUT_WR));
}

static std::string opens_by_path(bool socket) {
  const Ends ends = make(socket);
  const Handle again(
      ::open(("/proc/self/fd/" + std::to_string(ends.near.get())).c_str(), O_WRONLY));
  return outcome(again ? 0 : -1);
}

static std::string to_nobody(bool socket) {
  Ends ends = make(socket);
  ends.far.close();
  const pid_t child = ::fork();
  if (child == 0) ::_exit(::write(ends.near.get(), "x", 1) == -1 ? 1 : 0);
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) {
  }
  return WIFSIGNALED(status) ? "SIGPIPE" : "an error";
}

static std::string to_nobody_politely(bool socket) {
  Ends ends = make(socket);
  ends.far.close();
  return outcome(::send(ends.near.get(), "x", 1, MSG_NOSIGNAL));
}

static std::string unread_bytes(bool socket) {
  Ends ends = make(socket);
  (void)!::write(ends.near.get(), "x", 1);
  ends.far.close();
  char byte;
  return outcome(::read(ends.near.get(), &byte, 1));
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch06_against_pipe\nTries the same on a pipe and a socketpair."), 0;
  }
  const struct {
    const char* what;
    std::string (*ask)(bool socket);
  } rows[] = {{"write() on the reading end", back_writes},
              {"bytes it holds, in writes of 4 KiB", holds},
              {"shutdown(SHUT_WR)", half_closes},
              {"write() when nobody reads", to_nobody},
              {"send(MSG_NOSIGNAL) when nobody reads", to_nobody_politely},
              {"read() after the other left bytes unread", unread_bytes},
              {"open() by its /dev/fd path", opens_by_path}};
  std::printf("%-42s %-10s %s\n", "", "pipe", "socketpair");
  for (const auto& row : rows) {
    std::printf("%-42s %-10s %s\n", row.what, row.ask(false).c_str(), row.ask(true).c_str());
    std::fflush(stdout);
  }
}
