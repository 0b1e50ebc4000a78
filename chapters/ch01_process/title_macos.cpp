// Chapter 1 · title on macOS: no public call sets it. Compiled, not run.
#include "chapters/ch01_process/title.h"

#include "platform/self.h"

namespace proclab::process {

static Error no_title(const char* call) {
  return make_error(call, std::errc::function_not_supported,
                    "macOS has no public call for it; libuv asks a private framework");
}

std::vector<std::string> keep_args(int argc, char** argv) { return utf8_args(argc, argv); }

Result<void> set_title(std::string_view) { return no_title("set_title"); }

Result<std::string> title() { return no_title("title"); }

}  // namespace proclab::process
