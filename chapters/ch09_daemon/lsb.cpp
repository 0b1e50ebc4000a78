// Chapter 9 · daemon: errors as init scripts' exit codes.
#include "chapters/ch09_daemon/lsb.h"

namespace proclab::daemon {

int exit_code_of(const Error& why) {
  const auto is = [&](std::errc code) { return why.code == code; };
  if (is(std::errc::permission_denied) || is(std::errc::operation_not_permitted) ||
      is(std::errc::read_only_file_system)) {
    return kNoPrivilege;
  }
  if (is(std::errc::not_supported) || is(std::errc::function_not_supported)) return kUnimplemented;
  if (is(std::errc::no_such_file_or_directory) || is(std::errc::not_a_directory) ||
      is(std::errc::is_a_directory) || is(std::errc::too_many_symbolic_link_levels) ||
      is(std::errc::invalid_argument) || is(std::errc::filename_too_long) ||
      is(std::errc::too_many_links)) {
    return kNotConfigured;
  }
  return kFailed;
}

}  // namespace proclab::daemon
