// Chapter 1 · environment: NAME=value texts that a process gets from its parent and hands on.
//
// Raw calls met: getenv, setenv, unsetenv, environ; GetEnvironmentVariableW,
// SetEnvironmentVariableW, GetEnvironmentStringsW. Node: process.env.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/result.h"

// Threads. POSIX: getenv(3) returns a pointer into a table that setenv(3) may free and move, so one
// lock in here guards the functions below against each other. It cannot guard against code that
// calls setenv or getenv itself (the C library does: TZ, LANG). Set variables before the first
// thread starts. Windows: the system copies under a lock of its own; always safe.
//
// Names. POSIX: bytes, compared exactly. Windows: UTF-8 here, UTF-16 there, compared without case:
// "Path" and "PATH" are one variable. A name that is empty, or holds '=' or a NUL, is
// errc::invalid_argument in each of them.
namespace proclab::process {

struct Variable {
  std::string name;
  std::string value;
};

/// The value; nothing when it is not set. "" is a value.
[[nodiscard]] Result<std::optional<std::string>> get_variable(std::string_view name);

/// Sets or replaces it. Errors: invalid_argument (name as above; a NUL in the value),
/// not_enough_memory. Windows: invalid UTF-8, a value over 32,766 units.
/// Windows: the C runtime's getenv() reads a copy of its own and does not see the change.
Result<void> set_variable(std::string_view name, std::string_view value);

/// Deletes it. To delete one that is not there is no error.
Result<void> unset_variable(std::string_view name);

/// All of them, in the block's order. POSIX lets a parent pass one name twice: both are listed.
[[nodiscard]] Result<std::vector<Variable>> list_variables();

/// Lines of the block which are no variables, whole: they have no '=' or an empty name.
/// Windows: "=C:=C:\work", the current directory of each drive. POSIX: anything that a parent
/// passed to execve(2), which checks nothing.
[[nodiscard]] Result<std::vector<std::string>> odd_lines();

/// What is wrong with `name`, as an error of `call`; success when nothing is.
Result<void> check_name(const char* call, std::string_view name);

}  // namespace proclab::process
