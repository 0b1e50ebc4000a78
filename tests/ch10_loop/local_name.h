// tests/ch10 · a name for a local server that nobody else has.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

#include "chapters/ch01_process/identity.h"
#include "platform/native.h"

namespace proclab::loop {

class LocalName {
 public:
  LocalName() {
    static int count = 0;
    const std::string own =
        "proclab-ch10-" + std::to_string(process::pid()) + "-" + std::to_string(++count);
    text_ =
        kWindows ? "\\\\.\\pipe\\" + own : (std::filesystem::temp_directory_path() / own).string();
  }
  ~LocalName() {
    std::error_code
        why;  // a server that ended itself has removed it; one that was killed could not
    if (!kWindows) std::filesystem::remove(text_, why);
  }
  LocalName(const LocalName&) = delete;
  LocalName& operator=(const LocalName&) = delete;
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace proclab::loop
