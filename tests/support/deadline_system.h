// tests/support · deadline: what each system needs so that a helper thread stays out of the way.
#pragma once

#include <memory>

namespace proclab::test {

/// While it lives, this thread and all that it starts block every signal. Windows has no signals
/// that a thread could block: there it does nothing.
class SignalsBlocked {
 public:
  SignalsBlocked();
  ~SignalsBlocked();
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  struct Saved;
  std::unique_ptr<Saved> saved_;
};

}  // namespace proclab::test
