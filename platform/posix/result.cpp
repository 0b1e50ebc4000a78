// platform · last_error on POSIX: errno.
#include "platform/result.h"

#include <cerrno>

namespace proclab {

Error last_error(const char* call, std::string_view detail) {
  const std::error_code code(errno, std::generic_category());  // before anything can change it
  return {call, code, std::string(detail)};
}

std::string Error::reason() const { return code.message(); }

}  // namespace proclab
