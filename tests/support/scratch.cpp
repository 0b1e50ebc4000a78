// tests/support · scratch: making the folder, and looking into it.
#include "tests/support/scratch.h"

#include <algorithm>
#include <random>
#include <system_error>

namespace proclab::test {
namespace fs = std::filesystem;

Scratch::Scratch() {
  std::random_device random;
  do {
    path_ = fs::temp_directory_path() / ("proclab-test-" + std::to_string(random()));
  } while (!fs::create_directory(path_));
  fs::permissions(path_, fs::perms::all | fs::perms::sticky_bit);
  set_temporary_folder(path_);
}

Scratch::~Scratch() {
  std::error_code what_cannot_go_stays;
  fs::remove_all(path_, what_cannot_go_stays);
}

std::vector<std::string> scratch_files() {
  std::vector<std::string> found;
  std::error_code gone;  // a test may have removed it, or have become somebody who may not look
  for (fs::directory_iterator at(fs::temp_directory_path(gone), gone), end; !gone && at != end;
       at.increment(gone)) {
    const std::u8string name = at->path().filename().u8string();
    if (name.starts_with(u8"gte")) continue;  // GoogleTest's, of a death test that came to its end
    found.push_back("file " + std::string(name.begin(), name.end()) + " in the temporary folder");
  }
  std::sort(found.begin(), found.end());
  return found;
}

}  // namespace proclab::test
