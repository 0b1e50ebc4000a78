// tests/support · leaks: every test leaves the process as it found it.
//
// main.cpp, linked into each test program, installs this for all tests: nothing to call.
#pragma once

#include <string>
#include <vector>

namespace proclab::test {

/// What a process holds that a test could leave behind, as readable lines, sorted.
struct Holdings {
  std::vector<std::string> handles;  ///< "descriptor 3 → pipe:[…]", "handle (Event) 0x54"
  std::vector<std::string> children;  ///< "zombie child 1234 (probe): …": living or zombie children
  std::vector<std::string> signals;  ///< POSIX: "SIGPIPE ignored", "SIGCHLD handled"
  std::string signal_mask;           ///< POSIX: this thread's blocked signals; Windows: empty
  std::vector<std::string>
      files;  ///< "file x in the temporary folder", which is this program's own: scratch.h
};

/// Windows: unnamed auto-reset events are left out, since mingw's mutexes make such for themselves: a
/// test that leaks one is not caught.
/// What this process holds now. `signal_mask` is the calling thread's.
[[nodiscard]] Holdings holdings();

/// What `after` has and `before` had not, for a person; empty when nothing was left behind.
[[nodiscard]] std::string leaked(const Holdings& before, const Holdings& after);

/// Kills those children that still live (macOS: none are known). For a program that gives up: who keeps its output open
/// also keeps whoever reads it waiting, for a hang that has been told long ago.
void end_children();

/// Marks what this program was started with beyond the standard slots as close-on-exec. A test that
/// counts a child's descriptors must not depend on whose shell it runs in. Called by main.cpp.
void keep_strangers_out();

/// Puts to default what this program was started to ignore, and lets in what it was started to block: a
/// shell's background job ignores SIGINT, nohup's SIGHUP, and tests hold whom they start to the rules of
/// a program that was started plainly. Called by main.cpp.
void hear_every_signal();

/// Calls what makes the system open things for good at its first call. install_leak_guard() does it.
void warm_up_system();

/// Makes every test of this program fail that leaks. Called by main.cpp.
void install_leak_guard();

}  // namespace proclab::test
