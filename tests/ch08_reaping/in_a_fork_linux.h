// tests/ch08 · what must not happen to the test program itself: to adopt, to be killed with its
// family, to live in another pid namespace.
#pragma once

#include <functional>
#include <string>

#include "tests/support/sanitizer.h"

namespace proclab::reaping {

using test::kSanitized;
using test::kTsan;

/// Runs `body` in a fork of this process and gives back what it returned: empty when all is well.
/// Call it while no other thread runs. A child that dies says so.
std::string in_a_fork(const std::function<std::string()>& body);

/// The same as pid 1 of a new pid namespace. "skip: …" where this is not permitted.
std::string in_a_pid_namespace(const std::function<std::string()>& body);

/// fork(2) into a new pid namespace, whose pid 1 the child is; -1 and errno where that is not
/// permitted.
int fork_into_namespace();

/// Why a test cannot have a pid namespace here, or empty.
std::string no_namespaces();

}  // namespace proclab::reaping
