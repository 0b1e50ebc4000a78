// tests/support · deadline on Windows: no mask to keep.
#include "tests/support/deadline_system.h"

namespace proclab::test {

struct SignalsBlocked::Saved {};

SignalsBlocked::SignalsBlocked() = default;

SignalsBlocked::~SignalsBlocked() = default;

}  // namespace proclab::test
