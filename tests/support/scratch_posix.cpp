// tests/support · scratch: TMPDIR. Read scratch.h.
#include <cstdlib>

#include "tests/support/scratch.h"

namespace proclab::test {

void set_temporary_folder(const std::filesystem::path& path) {
  ::setenv("TMPDIR", path.c_str(), 1);
}

}  // namespace proclab::test
