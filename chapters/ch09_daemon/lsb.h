// Chapter 9 · daemon: the exit codes that init scripts agreed on.
//
// Source: Linux Standard Base 5.0, Core, 22.2 "Init Script Actions".
#pragma once

#include "platform/result.h"

namespace proclab::daemon {

/// What a command returns that did not do what it was asked.
enum Lsb : int {
  kDone = 0,
  kFailed = 1,         ///< any other reason
  kUsage = 2,          ///< invalid or excess arguments
  kUnimplemented = 3,  ///< the system has no such thing
  kNoPrivilege = 4,
  kNotInstalled = 5,
  kNotConfigured = 6,
  kNotRunning = 7,
};

/// What `status` returns: other numbers for other things.
enum LsbStatus : int {
  kRunning = 0,
  kDeadWithPidfile = 1,
  kStopped = 3,
  kUnknown = 4,
};

/// The first table's code for an error: a folder that is missing is a matter of configuration.
[[nodiscard]] int exit_code_of(const Error& why);

}  // namespace proclab::daemon
