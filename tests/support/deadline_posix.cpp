// tests/support · deadline on POSIX: the signal mask that a new thread inherits.
#include <csignal>

#include "tests/support/deadline_system.h"

namespace proclab::test {

struct SignalsBlocked::Saved {
  sigset_t mask;
};

SignalsBlocked::SignalsBlocked() : saved_(std::make_unique<Saved>()) {
  sigset_t all;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &saved_->mask);
}

SignalsBlocked::~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &saved_->mask, nullptr); }

}  // namespace proclab::test
