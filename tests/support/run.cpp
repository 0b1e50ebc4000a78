// tests/support · run: the part that no system sees.
#include "tests/support/run.h"

namespace proclab::test {

std::string program(const std::string& name) {
  return std::string(PROCLAB_BIN) + "/" + name + (kWindows ? ".exe" : "");
}

std::string unix_lines(std::string text) {
  for (std::size_t at = 0; (at = text.find("\r\n", at)) != std::string::npos;) text.erase(at, 1);
  return text;
}

}  // namespace proclab::test
