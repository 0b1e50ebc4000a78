// tests/ch09 · a variable of the environment, on POSIX.
#include <cstdlib>

#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {

void set_variable(const std::string& name, const std::optional<std::string>& value) {
  if (value) ::setenv(name.c_str(), value->c_str(), 1);
  if (!value) ::unsetenv(name.c_str());
}

}  // namespace proclab::daemon
