// tests/support · deadline: a hang is a failure with a name, not a CI job that is cut off at night.
#pragma once

#include <string>

#include "platform/clock.h"

namespace proclab::test {

/// While it lives, a clock runs. When it runs out, the process says who was waited for, kills its children, and aborts:
///
///   Waiting for("the probe to print ready", Milliseconds(10'000));
///
/// prints "deadline: waited 10000 ms for the probe to print ready (Suite.Test)". It uses a thread
/// that blocks all signals, so a test that forks must not let a child run past its fork under it
/// without exec or _exit.
class Waiting {
 public:
  explicit Waiting(std::string for_whom, Milliseconds span = Milliseconds(20'000));
  ~Waiting();
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  struct State;
  State* state_;
};

}  // namespace proclab::test
