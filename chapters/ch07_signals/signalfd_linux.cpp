// Chapter 7 · signals: signalfd(2), the kernel's own way on Linux.
//
// No handler, no pipe, no thread: a descriptor from which pending signals are read. The price: they must
// stay pending, so blocked, in every thread; and the mask goes along to children (spawn::start()
// clears it; a bare fork and exec does not). Read source_posix.cpp before. Meets: signalfd4.
#include <array>
#include <cerrno>

#include <sys/signalfd.h>
#include <unistd.h>

#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {
namespace {

Event event_of(const signalfd_siginfo& info) {
  Event event{static_cast<int>(info.ssi_signo)};
  const bool has_sender = info.ssi_code == SI_USER || info.ssi_code == SI_QUEUE ||
                          info.ssi_code == SI_TKILL || event.signal == SIGCHLD;
  if (has_sender) event.sender = static_cast<Pid>(info.ssi_pid);
  if (info.ssi_code == SI_QUEUE) event.value = info.ssi_int;
  return event;
}

//> signalfd
class SignalFd final : public Source::Listener {
 public:
  explicit SignalFd(const std::vector<int>& signals)
      : held_(signals), fd_(::signalfd(-1, &held_.set(), SFD_CLOEXEC | SFD_NONBLOCK)) {}

  [[nodiscard]] NativeHandle handle() const override { return fd_.get(); }

  Result<std::size_t> read(std::span<Event> room) override {
    std::array<signalfd_siginfo, 64> infos;
    const std::size_t most = std::min(room.size(), infos.size());
    const ssize_t got = ::read(fd_.get(), infos.data(), most * sizeof infos[0]);
    if (got == -1 && errno == EAGAIN) return std::size_t{0};
    if (got == -1) return last_error("read");  // it never waits, so nothing can interrupt it
    const std::size_t count = static_cast<std::size_t>(got) / sizeof infos[0];
    for (std::size_t i = 0; i < count; ++i) room[i] = event_of(infos[i]);
    return count;
  }

 private:
  HeldBack held_;
  Handle fd_;
};
//< signalfd

}  // namespace

Listening listen_by_signalfd(const std::vector<int>& signals) {
  auto listener = std::make_unique<SignalFd>(signals);
  if (listener->handle() == kNoHandle) return last_error("signalfd");
  return std::unique_ptr<Source::Listener>(std::move(listener));
}

}  // namespace proclab::signals
