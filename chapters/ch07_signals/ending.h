// Chapter 7 · signals: how a shell reports a death, and how to die so that it is reported right.
//
// Question: why does a script see 143? The kernel tells a parent "exited with N" and "killed by N" apart;
// the shell has one number for both, and says 128 + N for the second. Read chapter 4's process.h before.
#pragma once

#include "chapters/ch04_spawn/process.h"

namespace proclab::signals {

/// What a POSIX shell's $? says of this ending: the code, or 128 + the signal. Not to be undone: a
/// program may exit(143) for reasons of its own. Source: POSIX, Shell Command Language, 2.8.2.
[[nodiscard]] unsigned shell_code(const spawn::ExitStatus& status);

/// Ends this process the way that `status` tells: exits with its code, or dies of its signal (by
/// default action, whatever handlers and masks were set, and without a core file). A program that caught a
/// signal to clean up, or that ran another on behalf of its caller, ends so: then its parent
/// learns the truth. Runs no destructors and flushes no stdio. Windows: exits with shell_code().
[[noreturn]] void end_as(const spawn::ExitStatus& status) noexcept;

}  // namespace proclab::signals
