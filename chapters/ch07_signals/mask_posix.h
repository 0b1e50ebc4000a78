// Chapter 7 · signals: what a thread holds back, and what a process does about a signal, as guards.
//
// Question: where is a signal that is blocked? Pending, at the thread or at the process, until somebody
// lets it in or waits for it. Blocked is not ignored: an ignored one is thrown away at once.
// Read send.h before. Meets: pthread_sigmask, sigaction, sigpending. POSIX only: Windows has neither.
#pragma once

#include <vector>

#include <signal.h>

namespace proclab::signals {

/// The signals as the kernel wants them.
[[nodiscard]] sigset_t set_of(const std::vector<int>& signals) noexcept;
/// What of all() is in `set`, ascending.
[[nodiscard]] std::vector<int> members(const sigset_t& set);
/// What the calling thread blocks now.
[[nodiscard]] std::vector<int> blocked();
/// What is pending for the calling thread or its process, and blocked.
[[nodiscard]] std::vector<int> pending();

/// Changes the calling thread's mask while it lives, and puts back the *whole* mask as it was: nests, and
/// a mask set in between does not outlive it. On one thread. Source: POSIX pthread_sigmask().
class MaskGuard {
 public:
  enum class How { block, unblock, exactly };
  MaskGuard(How how, const std::vector<int>& signals) noexcept;
  ~MaskGuard();
  MaskGuard(const MaskGuard&) = delete;
  MaskGuard& operator=(const MaskGuard&) = delete;

 private:
  sigset_t before_;
};

/// Gives a signal another disposition while it lives: SIG_IGN, SIG_DFL or a handler. It belongs to the
/// whole process, so whoever else changes it meanwhile is overruled at the end. `flags` as for
/// sigaction(); by default none, so that calls are interrupted. Source: POSIX sigaction().
class DispositionGuard {
 public:
  DispositionGuard(int signal, void (*handler)(int), int flags = 0) noexcept;
  ~DispositionGuard();
  DispositionGuard(const DispositionGuard&) = delete;
  DispositionGuard& operator=(const DispositionGuard&) = delete;

 private:
  int signal_;
  struct sigaction before_;
};

}  // namespace proclab::signals
