// Chapter 7 · send: kill() sends. What comes of it is the receiver's business.
//
// Look for: the same SIGTERM four times, and four different ends. One receiver does nothing special and dies of
// it, one ignores it, one holds it back until it is ready, one catches it and ends in its own way. Only
// SIGKILL asks nobody. And kill() itself says "sent" each time.
//
// Run: ch07_send
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch07_signals/mask_posix.h"
#include "chapters/ch07_signals/send.h"
#include "platform/self.h"

using namespace proclab;
using signals::MaskGuard;

namespace {

/// Tells the parent by a byte that all is set up; then a signal may come.
void ready(int fd) { (void)!::write(fd, "!", 1); }

/// Comes to its end when the parent has printed its line, so that the child's line comes after it.
int parents_turn = -1;
void let_the_parent_speak() {
  char byte;
  while (::read(parents_turn, &byte, 1) == -1 && errno == EINTR) {
  }
}

int as_it_is(int fd) {
  ready(fd);
  return ::pause();
}

int ignores(int fd) {
  const signals::DispositionGuard deaf(SIGTERM, SIG_IGN);
  ready(fd);
  return ::pause();
}

int holds_back(int fd) {
  const MaskGuard held(MaskGuard::How::block, {SIGTERM});
  ready(fd);
  while (signals::pending().empty()) ::usleep(1000);  // it has arrived, and waits
  let_the_parent_speak();
  (void)!::write(1, "  (it is pending; now it is let in)\n", 36);
  const MaskGuard open(MaskGuard::How::unblock, {SIGTERM});
  return 0;  // not reached
}

void clean_up(int) {
  let_the_parent_speak();
  (void)!::write(1, "  (cleaning up)\n", 16);
  ::_exit(0);
}

int catches(int fd) {
  const signals::DispositionGuard handler(SIGTERM, clean_up);
  ready(fd);
  return ::pause();
}

/// Starts `receiver`, sends it SIGTERM when it is ready, and says what became of it.
void send_to(const char* who, int (*receiver)(int)) {
  constexpr int signal = SIGTERM;
  std::printf("one that %s:\n", who);
  std::fflush(stdout);  // before fork(), or both would print it
  int ends[2], turn[2];
  if (::pipe(ends) == -1 || ::pipe(turn) == -1) return;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(turn[1]);
    parents_turn = turn[0];
    ::_exit(receiver(ends[1]));
  }
  ::close(turn[0]);
  char byte;
  (void)!::read(ends[0], &byte, 1);
  ::close(ends[0]);
  ::close(ends[1]);
  for (const int each : {signal, SIGKILL}) {
    const Result<void> sent = signals::send(child, each);
    std::printf("  kill(%s) says: %s\n", signals::name_of(each).c_str(),
                sent ? "sent" : "not sent");
    std::fflush(stdout);
    if (each == signal) ::close(turn[1]);
    if (receiver != ignores) break;
    if (each == signal) ::usleep(50'000);  // it has had its chance
    if (each == signal && ::waitpid(child, nullptr, WNOHANG) == 0) std::puts("  and it lives on");
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  std::printf("  and it %s\n", WIFSIGNALED(status)
                                   ? ("died of " + signals::name_of(WTERMSIG(status))).c_str()
                                   : "exited with 0");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch07_send\nSends SIGTERM to four who each take it differently."), 0;
  }
  if (!fill_std_slots()) return 125;
  send_to("does nothing about it", as_it_is);
  send_to("holds it back", holds_back);
  send_to("catches it", catches);
  send_to("ignores it", ignores);
  return 0;
}
