// Chapter 7 · jobs: what Ctrl-Z, bg and fg are made of: groups, and a terminal that belongs to one of them.
//
// Look for: the demo is a shell of ten lines on a terminal of its own, and a hand that types. Ctrl-C and
// Ctrl-Z are bytes; the terminal turns them into signals for its foreground group. Whoever reads in the
// background is stopped too, by SIGTTIN. And the shell itself is never hit: it is in another group.
//
// Run: ch07_jobs
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch07_signals/foreground_posix.h"
#include "chapters/ch07_signals/names.h"
#include "chapters/ch07_signals/send.h"

using namespace proclab;

namespace {

int g_hand = -1;  ///< the terminal's other side: what is written here has been typed

void type(const char* keys) { (void)!::write(g_hand, keys, std::strlen(keys)); }

/// The job: reads from the terminal, whatever comes.
int be_a_job(int tty) {
  char line[64];
  while (::read(tty, line, sizeof line) > 0) {
  }
  return 0;
}

/// Waits until the job has changed its state, and says how.
void tell(pid_t job) {
  int status = 0;
  if (::waitpid(job, &status, WUNTRACED | WCONTINUED) == -1) return;
  const char* how = WIFSTOPPED(status)     ? "stopped by"
                    : WIFCONTINUED(status) ? "continued by"
                                           : "ended by";
  const int signal = WIFSTOPPED(status)     ? WSTOPSIG(status)
                     : WIFCONTINUED(status) ? SIGCONT
                                            : WTERMSIG(status);
  std::printf("  shell: the job was %s %s\n", how, signals::name_of(signal).c_str());
}

void heading(const char* text) {
  std::puts(text);
  std::fflush(stdout);
}

//> shell
int be_a_shell(int tty) {
  const pid_t shell = ::getpgrp();
  std::fflush(stdout);
  const pid_t job = ::fork();
  if (job == 0) {
    ::setpgid(0, 0);  // the shell does it as well: whoever comes first, it is done in time
    ::_exit(be_a_job(tty));
  }
  ::setpgid(job, job);

  heading("job &           in the background; it wants to read");
  tell(job);
  heading("fg              the terminal is the job's, and it goes on");
  (void)signals::set_foreground(tty, job);
  (void)signals::send_group(job, SIGCONT);
  tell(job);
  heading("Ctrl-Z          the whole group stops");
  type("\x1a");
  tell(job);
  (void)signals::set_foreground(tty, shell);
  heading("fg              and once more");
  (void)signals::set_foreground(tty, job);
  (void)signals::send_group(job, SIGCONT);
  tell(job);
  heading("Ctrl-C          the whole group, but not the shell");
  type("\x03");
  tell(job);
  (void)signals::set_foreground(tty, shell);
  heading("                the shell has its terminal back");
  return 0;
}
//< shell

/// A terminal of our own, with us as its session's leader, and its other side for the hand.
int open_terminal() {
  g_hand = ::posix_openpt(O_RDWR | O_NOCTTY);
  if (g_hand == -1 || ::grantpt(g_hand) == -1 || ::unlockpt(g_hand) == -1) return -1;
  const char* name = ::ptsname(g_hand);
  if (name == nullptr || ::setsid() == -1) return -1;
  const int tty = ::open(name, O_RDWR);  // a leader without a terminal gets the first that it opens
  if (tty != -1) ::ioctl(tty, TIOCSCTTY, 0);
  return tty;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch07_jobs\nPlays a shell and a job on a terminal of its own."), 0;
  }
  const pid_t session = ::fork();  // setsid() is not for a group's leader, and the demo may be one
  if (session == 0) {
    const int tty = open_terminal();
    if (tty == -1) std::perror("terminal");
    std::exit(tty == -1 ? 1 : be_a_shell(tty));
  }
  int status = 0;
  while (::waitpid(session, &status, 0) == -1 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
