// Chapter 2 · stdio: the late reader, on macOS, which does not show what call a process sleeps in.
#include "chapters/ch02_stdio/late_reader.h"

namespace proclab::stdio {

Result<LateReading> late_reader(Channel, const std::vector<std::string>&) {
  return make_error("late_reader", std::errc::function_not_supported,
                    "no /proc to see whether a process sleeps in write()");
}

}  // namespace proclab::stdio
