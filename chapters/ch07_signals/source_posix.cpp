// Chapter 7 · signals: a signal turned into an event, on POSIX: what the three ways share.
//
// Read source.h before; then self_pipe_posix.cpp, signalfd_linux.cpp and sigwait_posix.cpp, each a whole
// way. Meets: sigaction, sigpending, sigwait, poll.
#include "chapters/ch07_signals/source.h"

#include <cerrno>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "chapters/ch04_spawn/pipe_posix.h"
#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

bool can_listen(int signal) {
  switch (signal) {
    case SIGKILL:
    case SIGSTOP:  // nobody can catch them
    case SIGSEGV:
    case SIGBUS:
    case SIGFPE:
    case SIGILL: return false;  // on return from the handler the fault happens again
    default: return !name_of(signal).empty();
  }
}

Listening listen_for(const std::vector<int>& signals, Way way) {
  switch (way) {
    case Way::automatic:
    case Way::self_pipe: return listen_by_self_pipe(signals);
    case Way::signalfd: return listen_by_signalfd(signals);
    case Way::sigwait_thread: return listen_by_thread(signals);
  }
  return make_error("way", std::errc::invalid_argument);
}

Result<void> wait_readable(NativeHandle handle, Deadline deadline) {
  pollfd ready{handle, POLLIN, 0};
  // EINTR is no error: a handler of somebody's ran, and the caller looks at its deadline anyway.
  if (::poll(&ready, 1, deadline.poll_timeout()) == -1 && errno != EINTR) return last_error("poll");
  return {};
}

Result<RecordPipe> make_record_pipe() {
  int ends[2];
  if (spawn::pipe_cloexec(ends) == -1) return last_error("pipe2");
  RecordPipe pipe{Handle(ends[0]), Handle(ends[1])};
  if (::fcntl(ends[0], F_SETFL, O_RDONLY | O_NONBLOCK) == -1) return last_error("fcntl");
  return pipe;
}

Result<std::size_t> read_records(NativeHandle pipe, std::span<Record> room) {
  for (;;) {
    const ssize_t got = ::read(pipe, room.data(), room.size_bytes());
    if (got >= 0) return static_cast<std::size_t>(got) / sizeof(Record);
    if (errno == EAGAIN) return std::size_t{0};
    if (errno != EINTR) return last_error("read");
  }
}

Dispositions::Dispositions(const std::vector<int>& signals, const struct sigaction& action) {
  before_.reserve(signals.size());
  for (const int signal : signals) {
    Before before{signal, {}};
    // Fails for no signal that can_listen(): nothing to undo in the middle.
    if (::sigaction(signal, &action, &before.action) == 0) before_.push_back(before);
  }
}

void Dispositions::restore() noexcept {
  for (const Before& before : before_) ::sigaction(before.signal, &before.action, nullptr);
  before_.clear();
}

namespace {

struct sigaction default_action() noexcept {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  sigemptyset(&action.sa_mask);
  return action;
}

/// Not all of them: to set SIG_DFL again throws away a pending SIGCHLD, since its default is "ignore".
std::vector<int> ignored_among(const std::vector<int>& signals) {
  std::vector<int> ignored;
  for (const int signal : signals) {
    struct sigaction now {};
    if (::sigaction(signal, nullptr, &now) == 0 && now.sa_handler == SIG_IGN) {
      ignored.push_back(signal);
    }
  }
  return ignored;
}

}  // namespace

HeldBack::HeldBack(const std::vector<int>& signals)
    : set_(set_of(signals)),
      mask_(MaskGuard::How::block, signals),  // first: by default most of them kill
      dispositions_(ignored_among(signals), default_action()) {}

HeldBack::~HeldBack() {
  for (;;) {
    sigset_t waiting;
    ::sigpending(&waiting);
    bool ours = false;
    for (const int signal : members(waiting)) ours = ours || sigismember(&set_, signal) == 1;
    if (!ours) return;
    int taken = 0;
    ::sigwait(&set_, &taken);  // pending, so it returns at once
  }
}

}  // namespace proclab::signals
