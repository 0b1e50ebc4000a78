// tests/support · scratch: a temporary folder of a test program's own, where what a test forgets is seen.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace proclab::test {

/// While it lives, the system's temporary folder (TMPDIR; Windows: TMP and TEMP) is a new one, for this
/// process and whom it starts. A test that has become somebody else may write there, too. It goes with
/// all that is in it. Made by main.cpp, before the first thread.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

 private:
  std::filesystem::path path_;
};

/// "file ch13_1 in the temporary folder": what stands there, sorted.
[[nodiscard]] std::vector<std::string> scratch_files();

/// Tells this process, the C library and whom it starts where temporary files go. Each system's own.
void set_temporary_folder(const std::filesystem::path& path);

}  // namespace proclab::test
