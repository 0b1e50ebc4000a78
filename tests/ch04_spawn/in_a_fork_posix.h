// tests/ch04 · what must not happen to the test program itself: closed standard descriptors, another
// user, another process group.
#pragma once

#include <functional>
#include <string>

#include "tests/support/sanitizer.h"

namespace proclab::spawn {

using test::kTsan;
using test::rounds;

/// Runs `body` in a fork of this process, and gives back what it returned: empty when all is well.
/// Call it while no other thread runs. The way back is a pipe at descriptors from 200 up, so `body` has
/// all the numbers below for itself. A child that dies, or leaves children of its own, says so.
std::string in_a_fork(const std::function<std::string()>& body);

/// "SLOT:DEVICE:INODE" of our descriptor `fd`, as fdcheck takes it; `fd` as it will be in the child.
std::string identity(int slot, int fd);

}  // namespace proclab::spawn
