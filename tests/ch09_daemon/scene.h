// tests/ch09 · what the tests of daemons need: a folder, an actor, and the certainty that none is
// left.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/clock.h"
#include "platform/handle.h"

namespace proclab::daemon {

/// No daemon outlives its test. While it lives, every process that is left by its parent becomes
/// this process's child (Linux: a subreaper) or is in its job (Windows). At its end whoever still
/// runs is killed, and the test fails. And if the test itself dies, by abort or by a signal,
/// whoever it left is killed too: by a keeper, which is this program's parent (Linux), or by the
/// job's end (Windows).
class NoDaemonLeft {
 public:
  NoDaemonLeft();
  ~NoDaemonLeft();
  NoDaemonLeft(const NoDaemonLeft&) = delete;
  NoDaemonLeft& operator=(const NoDaemonLeft&) = delete;
};

/// What a daemon may take to get ready, or to stop: a hang is told, a slow machine is not.
inline Deadline soon() { return Deadline::after(Milliseconds(30'000)); }

/// An empty folder, removed with all that is in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file(const std::string& name) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void write_file(const std::string& path, const std::string& text);
/// Empty when it is not there.
[[nodiscard]] std::string read_file(const std::string& path);
[[nodiscard]] bool exists(const std::string& path);
/// How often `part` stands in `text`.
[[nodiscard]] int count_of(const std::string& text, const std::string& part);

/// A running ch09_actor, with its stdin and stdout.
struct Actor {
  spawn::Process process;
  Handle to, from;
  std::string text;  ///< read and not yet given as a line

  /// The next line of its stdout, without its end; empty when there is none any more.
  std::string line();
  /// Ends its stdin, and waits for its end.
  spawn::ExitStatus end();
  /// Kills it, and waits.
  void kill();
};
[[nodiscard]] Actor act(const std::vector<std::string>& args,
                        std::vector<spawn::Slot> more_slots = {});
/// The same program for launch().
[[nodiscard]] spawn::Options actor(const std::vector<std::string>& args);

/// The environment variable, in this process. nullopt removes it.
void set_variable(const std::string& name, const std::optional<std::string>& value);

}  // namespace proclab::daemon
