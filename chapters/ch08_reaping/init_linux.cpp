// Chapter 8 · reaping: init on Linux: wait for a signal, reap or pass it on, and again.
//
// As pid 1 the kernel is different to us: a signal without a handler is thrown away, not deadly
// (also SIGTERM, which is why a plain program in a container does not stop), and every orphan
// becomes our child. Read before: init.h. Meets: signalfd, waitid(P_ALL, WNOWAIT), waitpid.
#include <array>
#include <cerrno>

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch01_process/ending.h"
#include "chapters/ch07_signals/foreground_posix.h"
#include "chapters/ch07_signals/send.h"
#include "chapters/ch08_reaping/change.h"
#include "chapters/ch08_reaping/descendants.h"
#include "chapters/ch08_reaping/family.h"
#include "chapters/ch08_reaping/init.h"
#include "platform/handle.h"

namespace proclab::reaping {
namespace {

/// Blocks all but what a bug of ours raises: blocked, that could only end us without a trace.
sigset_t block_signals() {
  sigset_t set;
  sigfillset(&set);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS}) {
    sigdelset(&set, fault);
  }
  ::sigprocmask(SIG_SETMASK, &set, nullptr);
  return set;
}

//> reap-all
/// Reaps all that has ended: many exits may stand behind one SIGCHLD. Looks first who it is
/// (WNOWAIT), so that our own child's status goes to its Process. That status, when it was among
/// them.
Result<std::optional<spawn::ExitStatus>> reap_all(spawn::Process& child) {
  std::optional<spawn::ExitStatus> end;
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == -1 && errno != ECHILD) {
      return last_error("waitid");
    }
    if (info.si_pid == 0) return end;  // nobody (more) has ended
    if (info.si_pid == child.pid()) {
      const Result<spawn::ExitStatus> status = child.wait();
      if (!status) return status.error();
      end = *status;
    } else {
      ::waitpid(info.si_pid, nullptr, WNOHANG);
    }
  }
}
//< reap-all

/// The child's group gets the terminal, so that Ctrl-C and Ctrl-Z go to it and not to us as well.
/// Where there is none (ENOTTY), there is nothing to give.
void give_terminal(Pid group) { (void)signals::set_foreground(STDIN_FILENO, group); }

/// One that reads before it has the terminal is stopped for that, and nobody would wake it: by now it has.
void wake_if_it_was_too_early(const spawn::Process& child) {
  siginfo_t info{};
  const auto pid = static_cast<id_t>(child.pid());
  if (::waitid(P_PID, pid, &info, WSTOPPED | WNOHANG) == -1 || info.si_pid == 0) return;
  if (info.si_status != SIGTTIN && info.si_status != SIGTTOU) return;
  const Result<Pid> front = signals::foreground(STDIN_FILENO);
  if (front && *front == child.pid()) (void)signals::send_group(child.pid(), SIGCONT);
}

/// Until reap_all() the zombie holds the number, and the group's: no stranger is hit. That the
/// child has ended already is no error.
void forward(const InitOptions& options, spawn::Process& child, int signal) {
  (void)(options.group ? signals::send_group(child.pid(), signal) : child.kill(signal));
}

/// What came: the lifeline's end, or signals. Each was passed on, or made us reap.
enum class Came { nothing, lifeline, end };

struct Init {
  const InitOptions& options;
  Handle signals;
  spawn::Process child;
  spawn::ExitStatus status{};

  //> turn
  Result<Came> turn() {
    std::array<pollfd, 2> waits{{{signals.get(), POLLIN, 0}, {options.lifeline, POLLIN, 0}}};
    if (::poll(waits.data(), waits.size(), -1) == -1 && errno != EINTR) return last_error("poll");
    if (waits[1].revents != 0) return Came::lifeline;
    signalfd_siginfo signal{};
    while (::read(signals.get(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo != SIGCHLD) {
        forward(options, child, static_cast<int>(signal.ssi_signo));
        continue;
      }
      const Result<std::optional<spawn::ExitStatus>> end = reap_all(child);
      if (!end) return end.error();
      if (!*end) {
        wake_if_it_was_too_early(child);
        continue;
      }
      status = **end;
      return Came::end;
    }
    return Came::nothing;
  }
  //< turn

  //> finish
  Result<int> finish(Came why) {
    const bool cut = why == Came::lifeline;
    // With pid 1 the kernel ends its whole namespace; elsewhere that is on us.
    if (::getpid() != 1) {
      const std::array<Pid, 1> own{child.pid()};
      const Result<std::size_t> killed = kill_descendants(std::span(own).first(cut ? 1 : 0));
      if (!killed) return killed.error();
      if (cut) (void)child.wait();
    }
    child.disown();  // as pid 1 with the lifeline cut it still lives, and ends with us
    give_terminal(::getpgrp());
    return cut ? process::shell_code(SIGKILL) : change_of(status).shell_code();
  }
  //< finish
};

}  // namespace

//> run-init
Result<int> run_init(const InitOptions& options) {
  const sigset_t set = block_signals();  // before there is a child whose SIGCHLD could be missed
  ::signal(SIGCHLD, SIG_DFL);            // inherited as ignored, it would make the kernel bury
  Handle signals(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!signals) return last_error("signalfd");
  if (::getpid() != 1) {
    if (Result<void> adopts = adopt_orphans(); !adopts) return adopts.error();
    const auto seen = processes();  // kill_descendants() will need it: better to hear of it now
    if (!seen) return seen.error();
  }
  spawn::Options command = options.command;
  command.attach = spawn::Attach::new_group;
  Result<spawn::Process> child = spawn::start(command);
  if (!child) return child.error();
  give_terminal(child->pid());

  Init init{options, std::move(signals), std::move(*child)};
  for (;;) {
    const Result<Came> came = init.turn();
    if (!came) init.child.disown();
    if (!came) return came.error();
    if (*came != Came::nothing) return init.finish(*came);
  }
}
//< run-init

}  // namespace proclab::reaping
