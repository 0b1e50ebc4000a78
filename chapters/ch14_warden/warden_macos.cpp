// Chapter 14 · warden: macOS has no adopter of orphans, no namespaces and no control groups, so nothing here
// could promise that nobody outlives the run. Compiled, not run. Read warden.h first.
#include "chapters/ch14_warden/warden.h"

namespace proclab::warden {

Result<Report> run(const Options&) {
  return make_error("run", std::errc::not_supported,
                    "macOS has no subreaper: who flees could not be found again");
}

}  // namespace proclab::warden
