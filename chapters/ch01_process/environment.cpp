// Chapter 1 · environment: what a name may be, the same on both systems.
#include "chapters/ch01_process/environment.h"

#include "platform/text.h"

namespace proclab::process {

Result<void> check_name(const char* call, std::string_view name) {
  const auto bad = [&](const char* why) {
    return make_error(call, std::errc::invalid_argument, why);
  };
  if (name.empty()) return bad("the name is empty");
  if (has_nul(name)) return bad("NUL in the name");
  // "A=B" set to "C" would read back as A set to "B=C".
  if (name.find('=') != name.npos) return bad("'=' in the name");
  return {};
}

}  // namespace proclab::process
