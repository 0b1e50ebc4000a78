// tests/ch09 · a file's text and a variable of the environment, on POSIX.
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/ch09_daemon/scene.h"

namespace proclab::daemon {

std::string read_file(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

void set_variable(const std::string& name, const std::optional<std::string>& value) {
  if (value) ::setenv(name.c_str(), value->c_str(), 1);
  if (!value) ::unsetenv(name.c_str());
}

}  // namespace proclab::daemon
