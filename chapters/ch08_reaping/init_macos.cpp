// Chapter 8 · reaping: no process but launchd can be init on macOS. Compiled, not run.
#include "chapters/ch08_reaping/init.h"

namespace proclab::reaping {

Result<int> run_init(const InitOptions&) {
  return make_error("run_init", std::errc::not_supported, "only launchd adopts here");
}

}  // namespace proclab::reaping
