// Chapter 3 · fork: a program with threads forks, and the child waits for a thread that it has not.
//
// Look for: in the first run the child never answers. It got the mutex locked, and the thread that
// would unlock it was not copied. The other runs are three ways out, and the third shows why
// pthread_atfork is no cure: a mutex that nobody registered is still locked.
//
// Run: ch03_threads broken
// Run: ch03_threads exec
// Run: ch03_threads before
// Run: ch03_threads atfork
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <semaphore>
#include <string>
#include <string_view>
#include <thread>

#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/self.h"

namespace {

pthread_mutex_t ours = PTHREAD_MUTEX_INITIALIZER;
pthread_mutex_t librarys = PTHREAD_MUTEX_INITIALIZER;  // one that we do not know of
std::binary_semaphore held(0);                         // the thread has both mutexes
std::counting_semaphore<2> may_release(0);             // once for each mutex

// In the child of a program with threads printf and malloc are forbidden; write() is not.
void say(const char* text) { (void)!::write(1, text, std::strlen(text)); }

// Holds both mutexes from before the fork until it is told: a gate, so that the bad case is sure.
void hold() {
  ::pthread_mutex_lock(&ours);
  ::pthread_mutex_lock(&librarys);
  held.release();
  may_release.acquire();
  ::pthread_mutex_unlock(&ours);
  may_release.acquire();
  ::pthread_mutex_unlock(&librarys);
}

std::thread start_holder() {
  std::thread holder(hold);
  held.acquire();
  say("a thread holds the mutex; main forks\n");
  return holder;
}

void let_go(std::thread& holder) {
  may_release.release();
  may_release.release();
  holder.join();
}

void reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  say(WIFSIGNALED(status) ? "parent: killed and reaped it\n" : "parent: reaped it\n");
}

// The child closes its end when it leaves, whichever way: so a hang is silence, not a guess.
bool ends_within(int end, int milliseconds) {
  struct pollfd watched = {end, POLLIN, 0};
  int ready = 0;
  while ((ready = ::poll(&watched, 1, milliseconds)) == -1 && errno == EINTR) continue;
  return ready == 1;
}

//> hang
// UNSAFE: pthread_mutex_lock is not async-signal-safe, and this child inherited a locked one.
void broken() {
  std::thread holder = start_holder();
  int life[2];
  if (::pipe(life) == -1) return;
  const pid_t child = ::fork();
  if (child == 0) {
    say("child: locks the mutex\n");
    (void)!::write(life[1], "", 1);
    ::pthread_mutex_lock(&ours);
    say("child: has it\n");
    ::_exit(0);
  }
  ::close(life[1]);  // from here on only the child holds it
  char byte = 0;
  while (::read(life[0], &byte, 1) == -1) continue;  // it stands before the lock: now time counts
  let_go(holder);  // unlocks the parent's mutex; the child's is another one
  if (!ends_within(life[0], 500)) {
    say("parent: my thread let go, the child still waits. Deadlock.\n");
    ::kill(child, SIGKILL);
  }
  ::close(life[0]);
  reap(child);
}
//< hang

// Fixed: another program knows nothing of this one's locks. All that exec needs is made before.
void exec_at_once(const char* self) {
  std::thread holder = start_holder();
  char name[] = "ch03_threads";
  char word[] = "fresh";
  char* const argv[] = {name, word, nullptr};
  const pid_t child = ::fork();
  if (child == 0) {
    ::execv(self, argv);
    ::_exit(127);
  }
  reap(child);
  let_go(holder);
}

// Fixed: what was forked while there was one thread has whole locks, and may do what it likes.
void fork_before() {
  int order[2];
  if (::pipe(order) == -1) return;
  const pid_t child = ::fork();
  if (child == 0) {
    ::close(order[1]);
    char byte = 0;
    while (::read(order[0], &byte, 1) == -1) continue;  // until the parent's thread has its mutex
    ::pthread_mutex_lock(&ours);
    say("child: forked earlier, its mutex is free\n");
    ::pthread_mutex_unlock(&ours);
    ::_exit(0);
  }
  ::close(order[0]);
  std::thread holder(hold);
  held.acquire();
  say("a thread holds the mutex; the child was there before it\n");
  ::close(order[1]);
  reap(child);
  let_go(holder);
}

//> atfork
// Better, for the one mutex we know: take it before the fork, give it back on both sides.
void prepare() {
  may_release.release();  // here only to let the thread end what it was doing
  ::pthread_mutex_lock(&ours);
}
void give_back() { ::pthread_mutex_unlock(&ours); }

void with_atfork() {
  ::pthread_atfork(prepare, give_back, give_back);
  std::thread holder = start_holder();
  const pid_t child = ::fork();
  if (child == 0) {
    say(::pthread_mutex_trylock(&ours) == 0 ? "child: our mutex is free\n"
                                            : "child: our mutex is locked\n");
    say(::pthread_mutex_trylock(&librarys) == 0
            ? "child: the library's mutex is free\n"
            : "child: the library's mutex is locked for ever\n");
    ::_exit(0);
  }
  reap(child);
  may_release.release();
  holder.join();
}
//< atfork

int fresh() {
  ::pthread_mutex_lock(&ours);
  say("child: a fresh program, its mutex is free\n");
  ::pthread_mutex_unlock(&ours);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view how = argc > 1 ? argv[1] : "--help";
  const proclab::Result<std::string> self = proclab::self_path();
  if (how == "broken") return broken(), 0;
  if (how == "exec" && self) return exec_at_once(self->c_str()), 0;
  if (how == "before") return fork_before(), 0;
  if (how == "atfork") return with_atfork(), 0;
  if (how == "fresh") return fresh();
  std::puts(
      "ch03_threads: fork() in a program with threads, broken and fixed.\n"
      "usage: ch03_threads broken | exec | before | atfork\n"
      "  broken   the child locks a mutex that a thread held at the fork: it hangs, and is killed\n"
      "  exec     fixed: the child becomes another program at once\n"
      "  before   fixed: fork first, start threads later\n"
      "  atfork   fixed for the mutex that was registered, and for no other");
  return how == "--help" ? 0 : 2;
}
