// Chapter 14 · hostile: one program that misbehaves in one way at a time, for the warden to deal with.
//
// Look for: what would hit others, it refuses to do outside of a cage. Nothing here is without an end of its
// own: a bomb has so many forks. What each way does to the warden is seen there: ch14_warden.
//
// Run: ch14_hostile --help
// Run: ch14_hostile kill-all
// Exit: 2
// Run: ch14_hostile calls
// Exit: 2
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch14_warden/seccomp_linux.h"

using namespace proclab;

namespace {

constexpr std::size_t kMib = 1024 * 1024;

int number(const char* text, int otherwise) {
  const int value = text == nullptr ? 0 : std::atoi(text);
  return value > 0 ? value : otherwise;
}

[[noreturn]] void stay_deaf() {
  sigset_t all;
  sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  for (;;) ::pause();
}

[[noreturn]] void spin() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_IGN);
  std::atomic<unsigned> turns{0};
  for (;;) turns.fetch_add(1, std::memory_order_relaxed);
}

int flood(int slot) {
  const std::string line(63, 'x');
  while (::write(slot, (line + "\n").data(), 64) > 0) continue;
  return 1;
}

//> flee
/// A new session, and a parent that is gone: neither its group nor its ancestry tells where it came from. It
/// keeps stdout, so whoever waits for the end of that pipe waits for it.
int flee(const std::string& how) {
  int ready[2];
  if (::pipe(ready) == -1) return 1;
  if (::fork() == 0) {
    ::setsid();
    if (::fork() != 0) ::_exit(0);
    (void)!::write(ready[1], "!", 1);
    if (how == "spin") spin();
    stay_deaf();
  }
  ::wait(nullptr);
  char byte = 0;
  (void)!::read(ready[0], &byte, 1);
  std::puts("it has fled");
  std::fflush(stdout);
  if (how == "stay") stay_deaf();
  return 0;
}
//< flee

/// So many pages as make `mib`, each written to: only then do they exist.
bool take_memory(int mib) {
  for (int i = 0; i < mib; ++i) {
    void* block = ::mmap(nullptr, kMib, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (block == MAP_FAILED) return false;
    auto* bytes = static_cast<volatile char*>(block);
    for (std::size_t at = 0; at < kMib; at += 4096) bytes[at] = 1;
  }
  return true;
}

/// In `children` processes at once. Who is killed for it closes the pipe without an answer.
int memory(int mib, int children) {
  if (children <= 1) return std::puts(take_memory(mib) ? "got it" : "refused"), 0;
  int full[2];
  if (::pipe(full) == -1) return 1;
  for (int i = 0; i < children; ++i) {
    if (::fork() != 0) continue;
    const bool got = take_memory(mib);
    (void)!::write(full[1], got ? "g" : "r", 1);
    ::close(full[1]);
    ::pause();  // all of them shall have it at the same time
  }
  ::close(full[1]);
  int got = 0;
  char answer = 0;
  for (int i = 0; i < children && ::read(full[0], &answer, 1) == 1; ++i) got += answer == 'g';
  std::printf("%d of %d got their %d MiB\n", got, children, mib);
  std::fflush(stdout);
  ::signal(SIGTERM, SIG_IGN);
  ::kill(0, SIGTERM);
  return 0;
}

int forks(int wanted) {
  int got = 0;
  for (; got < wanted; ++got) {
    const pid_t child = ::fork();
    if (child == -1) break;
    if (child == 0) stay_deaf();
  }
  std::printf("%d of %d forks\n", got, wanted);
  return 0;
}

//> bomb
/// Each child forks again, until `total` have been made in all: an end that it has for our sake.
int bomb(int total) {
  void* shared = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) return 1;
  auto* made = new (shared) std::atomic<int>(0);
  while (made->fetch_add(1) < total) {
    if (::fork() == -1) ::usleep(100);
  }
  return 0;
}
//< bomb

int files() {
  int last = 2;
  for (int fd = 0; (fd = ::open("/dev/null", O_RDONLY)) != -1;) last = fd;
  std::printf("the last descriptor was %d: %s\n", last, std::strerror(errno));
  return 0;
}

int fill() {
  char name[] = "/tmp/ch14_hostile_XXXXXX";
  const int fd = ::mkstemp(name);
  ::unlink(name);
  const std::string block(kMib, 'x');
  for (int i = 0; i < 64; ++i) {  // an end of its own, again
    if (::write(fd, block.data(), block.size()) == -1) return 1;
  }
  return std::puts("64 MiB written"), 0;
}

//> kill-all
/// kill(-1) reaches all that we may signal and can see. Outside a pid namespace that is the whole machine,
/// so it asks first.
int kill_all() {
  if (::getpid() != 2 || ::getppid() != 1) return std::puts("not here: this is no cage"), 2;
  const int rc = ::kill(-1, SIGKILL);  // all but itself, and but pid 1
  return std::printf("kill(-1): %s\n", rc == 0 ? "done" : std::strerror(errno)), 0;
}
//< kill-all

//> calls
/// Makes each call that the filter refuses, with arguments that could do no harm if it did not.
int calls() {
  if (::prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER) {
    return std::puts("not here: there is no filter"), 2;
  }
  int refused = 0;
  for (const warden::Refused& call : warden::refused_calls()) {
    errno = 0;
    const bool is = ::syscall(call.number, -1, -1, -1, -1, -1, -1) == -1 && errno == EPERM;
    if (!is) std::printf("%s: %s\n", call.name, std::strerror(errno));
    refused += is ? 1 : 0;
  }
  const auto say = [](const char* what, long rc) {
    std::printf("%s: %s\n", what, rc == -1 ? std::strerror(errno) : "done");
  };
  std::printf("%d of %zu refused\n", refused, warden::refused_calls().size());
  say("clone3", ::syscall(SYS_clone3, nullptr, 0));
  say("clone for a user namespace", ::syscall(SYS_clone, CLONE_NEWUSER, 0, 0, 0, 0));
  say("socket(AF_VSOCK)", ::socket(AF_VSOCK, SOCK_STREAM, 0));
  say("socket(AF_UNIX)", ::socket(AF_UNIX, SOCK_STREAM, 0));
  say("ioctl(TIOCSTI)", ::ioctl(0, TIOCSTI, "x"));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  say("fork", ::waitpid(child, nullptr, 0));
  return 0;
}
//< calls

int usage(int code) {
  std::puts(
      "usage: ch14_hostile WAY [N [M]]\n"
      "  sleep         waits for ever               deaf      the same, all signals blocked\n"
      "  spin          uses the CPU, ignores SIGXCPU and SIGTERM\n"
      "  flood [2]     writes for ever              flee      leaves one behind;\n"
      "                flee spin: that spins; flee stay: it stays itself, too\n"
      "  memory N M    N MiB in each of M children  forks N   as many as it gets\n"
      "  bomb N        N forks, each forks again    files     opens what it can\n"
      "  fill          writes 64 MiB                kill-all  kill(-1), in a cage\n"
      "  kill-parent   SIGKILL to who started it\n"
      "  calls         system calls that no program needs, behind a filter");
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string way = argc > 1 ? argv[1] : "";
  const char* first = argc > 2 ? argv[2] : nullptr;
  const char* second = argc > 3 ? argv[3] : nullptr;
  if (way == "sleep") return ::pause();
  if (way == "deaf") stay_deaf();
  if (way == "spin") spin();
  if (way == "flood") return flood(number(first, 1));
  if (way == "flee") return flee(first == nullptr ? "" : first);
  if (way == "memory") return memory(number(first, 16), number(second, 1));
  if (way == "forks") return forks(number(first, 100));
  if (way == "bomb") return bomb(number(first, 100));
  if (way == "files") return files();
  if (way == "fill") return fill();
  if (way == "calls") return calls();
  if (way == "kill-all") return kill_all();
  if (way == "kill-parent") return ::kill(::getppid(), SIGKILL) == 0 ? (::pause(), 0) : 1;
  return usage(way == "--help" ? 0 : 2);
}
