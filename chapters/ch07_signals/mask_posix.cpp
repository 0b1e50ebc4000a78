// Chapter 7 · signals: masks and dispositions as guards. Read mask_posix.h first.
#include "chapters/ch07_signals/mask_posix.h"

#include "chapters/ch07_signals/names.h"

namespace proclab::signals {

sigset_t set_of(const std::vector<int>& signals) noexcept {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

std::vector<int> members(const sigset_t& set) {
  std::vector<int> signals;
  for (const int signal : all()) {
    if (sigismember(&set, signal) == 1) signals.push_back(signal);
  }
  return signals;
}

std::vector<int> blocked() {
  sigset_t now;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &now);
  return members(now);
}

std::vector<int> pending() {
  sigset_t now;
  ::sigpending(&now);
  return members(now);
}

MaskGuard::MaskGuard(How how, const std::vector<int>& signals) noexcept {
  const sigset_t set = set_of(signals);
  // Not sigprocmask(): POSIX leaves open what that does in a program with threads.
  ::pthread_sigmask(how == How::block     ? SIG_BLOCK
                    : how == How::unblock ? SIG_UNBLOCK
                                          : SIG_SETMASK,
                    &set, &before_);
}

MaskGuard::~MaskGuard() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

DispositionGuard::DispositionGuard(int signal, void (*handler)(int), int flags) noexcept
    : signal_(signal) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigemptyset(&action.sa_mask);
  ::sigaction(signal_, &action, &before_);
}

DispositionGuard::~DispositionGuard() { ::sigaction(signal_, &before_, nullptr); }

}  // namespace proclab::signals
