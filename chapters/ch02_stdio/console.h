// Chapter 2 · stdio: a console that formats at once, and one that formats later.
//
// `let i = {index: 1}; console.log(i); i.index++;` What is printed, 1 or 2? Node formats inside log(),
// so 1. A browser's console that is closed may keep the *object* and format it when somebody opens the
// console: 2. Neither has to do with whether the bytes are written synchronously.
// Read writer.h before. No system call of its own.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "chapters/ch02_stdio/writer.h"
#include "platform/result.h"

namespace proclab::stdio {

/// As much of a JavaScript object as the puzzle needs.
using Object = std::map<std::string, long>;

/// "{ index: 1 }", as Node's util.inspect writes it; "{}" when empty.
[[nodiscard]] std::string format(const Object& object);

/// Takes a snapshot: log() formats before it returns. What happens to the object later cannot matter;
/// when the *bytes* leave is the writer's business.
class Console {
 public:
  /// Borrows `out`.
  explicit Console(Writer& out) : out_(out) {}
  /// One line. The result is the writer's.
  [[nodiscard]] Result<bool> log(const Object& object);

 private:
  Writer& out_;
};

/// Keeps a reference and formats in show(): it prints what the object has become. Copying the pointer
/// is cheap, which is why a console may do so for huge objects that nobody may ever look at.
class LateConsole {
 public:
  /// Borrows `out`.
  explicit LateConsole(Writer& out) : out_(out) {}
  /// Remembers the object, not what it says.
  void log(std::shared_ptr<const Object> object) { lines_.push_back(std::move(object)); }
  /// Somebody opened the console: formats and writes all that was logged, then forgets it.
  [[nodiscard]] Result<bool> show();

 private:
  Writer& out_;
  std::vector<std::shared_ptr<const Object>> lines_;
};

}  // namespace proclab::stdio
