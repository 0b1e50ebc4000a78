// Chapter 9 · daemon: the classical way, from top to bottom. Read daemonize.h first.
//
// Three processes: the starter, which waits for a word; the middle one, which leads the new session
// for a moment; and the daemon, which does not lead it. A pipe goes from the last to the first.
#include "chapters/ch09_daemon/daemonize.h"

#include <cerrno>
#include <cstdlib>

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch09_daemon/launch.h"
#include "chapters/ch09_daemon/launch_system.h"
#include "chapters/ch09_daemon/log.h"

namespace proclab::daemon {
namespace {

Result<void> null_stdio() {
  const Handle null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) return last_error("open", "/dev/null");
  for (const int number : {0, 1, 2}) {
    // Not closed: the next open() would become stdin, and a stray printf() would go into that file.
    if (Result<void> r = set_standard(number, null.get()); !r) return r;
  }
  return {};
}

void reset_signals() {
  for (int signal = 1; signal < NSIG; ++signal) ::signal(signal, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

//> settle
/// The steps that only change this process. `words`: the pipe to the starter, which must stay.
Result<void> settle(const Steps& steps, NativeHandle words) {
  if (steps.directory && ::chdir(steps.directory->c_str()) == -1) {
    return last_error("chdir", *steps.directory);
  }
  if (steps.umask) ::umask(static_cast<mode_t>(*steps.umask));
  if (steps.reset_signals) reset_signals();
  if (steps.null_stdio) {
    if (Result<void> r = null_stdio(); !r) return r;
  }
  if (!steps.close_others) return {};
  std::vector<NativeHandle> keep = steps.keep;
  keep.push_back(words);
  return close_from(3, keep);
}
//< settle

[[noreturn]] void be_the_daemon(const Steps& steps, const std::function<int(Notifier&)>& serve,
                                Handle words) {
  const NativeHandle pipe = words.get();
  Notifier notifier(std::move(words));
  (void)notifier.main_pid(::getpid());
  if (Result<void> r = settle(steps, pipe); !r) {
    (void)notifier.failed(r.error());
    ::_exit(1);
  }
  ::_exit(
      serve(notifier));  // not exit(): the starter's stdio buffers and atexit handlers are its own
}

//> middle
/// What the first fork made. It leads no process group, so setsid() works; the shell, or whoever
/// waits for the starter, is not held up.
[[noreturn]] void be_the_middle(const Steps& steps, const std::function<int(Notifier&)>& serve,
                                Handle words) {
  const auto give_up = [&](const Error& why) {
    (void)Notifier(std::move(words)).failed(why);
    ::_exit(1);
  };
  if (steps.new_session && ::setsid() == -1) give_up(last_error("setsid"));
  if (steps.second_fork) {
    const pid_t daemon = ::fork();
    if (daemon == -1) give_up(last_error("fork"));
    // A session's leader has done its duty, and no terminal can ever become this session's any
    // more.
    if (daemon > 0) ::_exit(0);
  }
  be_the_daemon(steps, serve, std::move(words));
}
//< middle

/// Listens until the daemon is ready or will never be.
Result<Pid> hear_out(NativeHandle pipe, Deadline ready_by) {
  Words words;
  std::string text;
  for (;;) {
    const Result<Heard> what = hear(pipe, kNoHandle, ready_by, text);
    if (!what) return what.error();
    take_lines(text, words);
    if (words.ready) return words.main_pid;
    if (*what == Heard::bytes) continue;
    if (words.error != 0) {
      return Error{"daemon", std::error_code(words.error, std::generic_category()), words.status};
    }
    if (*what == Heard::deadline) return make_error("daemon", std::errc::timed_out, words.status);
    return make_error("daemon", std::errc::no_such_process, "it ended without a word");
  }
}

/// A signal that was sent has not arrived yet. When the daemon is gone, so is its end of the pipe.
void wait_for_end(NativeHandle pipe) {
  const Deadline deadline = Deadline::after(Milliseconds(1000));
  for (std::string ignored;; ignored.clear()) {
    const Result<Heard> what = hear(pipe, kNoHandle, deadline, ignored);
    if (!what || *what != Heard::bytes) return;
  }
}

}  // namespace

//> daemonize
Result<Pid> daemonize(const Steps& steps, const std::function<int(Notifier&)>& serve,
                      Deadline ready_by) {
  Result<pipes::Pipe> pipe = pipes::make_pipe(pipes::Async::read);
  if (!pipe) return pipe.error();
  const pid_t middle = ::fork();
  if (middle == -1) return last_error("fork");
  if (middle == 0) {
    pipe->read.close();
    be_the_middle(steps, serve, std::move(pipe->write));
  }
  pipe->write.close();
  Result<Pid> daemon = hear_out(pipe->read.get(), ready_by);
  // The middle one is waited for last: until then its number, which is the session's and the
  // group's, can be nobody else's.
  if (!daemon) {
    ::kill(middle, SIGKILL);  // first, so that it forks no more; it may not lead its group yet
    if (steps.new_session) ::kill(-middle, SIGKILL);
    wait_for_end(pipe->read.get());
  }
  if (daemon && !steps.second_fork) return daemon;  // it is the daemon, and the caller's child
  while (::waitpid(middle, nullptr, 0) == -1 && errno == EINTR) {
  }
  return daemon;
}
//< daemonize

}  // namespace proclab::daemon
