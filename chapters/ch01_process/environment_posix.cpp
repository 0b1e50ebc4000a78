// Chapter 1 · environment on POSIX: an array of pointers, and nobody's lock.
#include "chapters/ch01_process/environment.h"

#include <cstdlib>
#include <mutex>
#include <shared_mutex>

#include <unistd.h>

#include "platform/text.h"

extern char** environ;  // POSIX declares it nowhere: "the user shall declare it"

namespace proclab::process {
namespace {

// Never destroyed: an atexit handler may still ask for a variable.
std::shared_mutex& lock() {
  static auto* const the_lock = new std::shared_mutex;
  return *the_lock;
}

/// Calls each(line, position of '=' or npos) for every line of the block.
template <class Each>
void walk(Each each) {
  const std::shared_lock guard(lock());
  if (environ == nullptr) return;  // clearenv(3) does that
  for (char** line = environ; *line != nullptr; ++line) {
    const std::string_view text = *line;
    each(text, text.find('='));
  }
}

}  // namespace

//> get-variable
Result<std::optional<std::string>> get_variable(std::string_view name) {
  if (Result<void> ok = check_name("getenv", name); !ok) return ok.error();
  const std::shared_lock guard(lock());
  const char* const value = ::getenv(std::string(name).c_str());
  if (value == nullptr) return std::optional<std::string>{};
  // Copied under the lock: the next setenv() may free what `value` points to.
  return std::optional<std::string>(value);
}
//< get-variable

Result<void> set_variable(std::string_view name, std::string_view value) {
  if (Result<void> ok = check_name("setenv", name); !ok) return ok.error();
  if (has_nul(value)) {
    return make_error("setenv", std::errc::invalid_argument, "NUL in the value");
  }
  const std::unique_lock guard(lock());
  if (::setenv(std::string(name).c_str(), std::string(value).c_str(), 1) == -1) {
    return last_error("setenv", std::string(name));
  }
  return {};
}

Result<void> unset_variable(std::string_view name) {
  if (Result<void> ok = check_name("unsetenv", name); !ok) return ok.error();
  const std::unique_lock guard(lock());
  if (::unsetenv(std::string(name).c_str()) == -1) return last_error("unsetenv", std::string(name));
  return {};
}

Result<std::vector<Variable>> list_variables() {
  std::vector<Variable> list;
  walk([&](std::string_view line, std::size_t equals) {
    if (equals == line.npos || equals == 0) return;
    list.push_back({std::string(line.substr(0, equals)), std::string(line.substr(equals + 1))});
  });
  return list;
}

Result<std::vector<std::string>> odd_lines() {
  std::vector<std::string> list;
  walk([&](std::string_view line, std::size_t equals) {
    if (equals == line.npos || equals == 0) list.emplace_back(line);
  });
  return list;
}

}  // namespace proclab::process
