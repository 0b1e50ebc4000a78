// tests/ch04 · what a test needs around start(): a child's output, and a folder of its own.
#pragma once

#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "platform/handle.h"

namespace proclab::spawn {

struct PipeEnds {
  Handle read, write;
};

/// A pipe whose ends no child inherits by itself.
PipeEnds make_pipe();
/// All that comes out of it, up to its end.
std::string drain(const Handle& read_end);
/// Writes `text` to it.
void feed(const Handle& write_end, const std::string& text);

struct Outcome {
  ExitStatus status;
  std::string out;    ///< with "\n" alone at the ends of lines
  std::string error;  ///< why it did not start, or empty

  /// The lines of `out`, each read back from the probe's JSON: see probe argv and probe env.
  [[nodiscard]] std::vector<std::string> texts() const;
};

/// Starts it with a pipe at slot 1, reads all that it prints, and waits. Fails the test when it does
/// not start.
Outcome capture(Options options);
/// Starts it and waits. Fails the test when it does not start.
ExitStatus run_to_end(const Options& options);

/// This process's id as text, for names of its own.
std::string process_tag();

/// Sets a variable of this process's environment; nullopt removes it.
void set_env(const std::string& name, const std::optional<std::string>& value);

/// An empty folder, and removed with all that is in it at the end. Its name has 你好 and a blank in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] const std::string& path() const { return path_; }
  /// "FOLDER/name", with this system's separator.
  [[nodiscard]] std::string file(const std::string& name) const;
  /// Makes a file and gives its path. `mode` as for chmod(2); Windows: no matter.
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0644) const;
  /// Makes a folder inside and gives its path.
  std::string folder(const std::string& name) const;
  /// A copy of a program of this build under another name (Windows: name + ".exe").
  std::string copy_program(const std::string& program, const std::string& name) const;

 private:
  std::string path_;
};

}  // namespace proclab::spawn
