// tests/ch06 · what every test here needs: short names, a child at the other end, texts.
#pragma once

#include <string>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"
#include "platform/clock.h"

namespace proclab::sockets {

/// A deadline that no honest test meets.
[[nodiscard]] inline Deadline soon() { return Deadline::after(Milliseconds(20'000)); }
/// One that has passed: a single attempt.
[[nodiscard]] inline Deadline now() { return Deadline::after(Milliseconds(0)); }

/// What comes next, in one piece; "<end>" at the end, "<call: why>" for an error.
[[nodiscard]] std::string next(NativeHandle end, std::size_t most = 65536);
/// All up to the end; an error that ends it stands behind, as in next().
[[nodiscard]] std::string rest(NativeHandle end);

/// A ch06_peer at the other end of a pair.
struct PeerProcess {
  Handle channel;
  spawn::Process process;
};
[[nodiscard]] PeerProcess start_peer(const std::vector<std::string>& args);

/// A folder for socket files, removed with all that is in it; short enough for sun_path.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  /// A local server's name that nobody else has: a path in the folder; Windows: a pipe.
  [[nodiscard]] std::string name(const std::string& last) const;

 private:
  std::string path_;
};

}  // namespace proclab::sockets
