// tests/support · scratch: TMP, which GetTempPathW asks first, and TEMP, which GoogleTest asks. Read scratch.h.
#include <cstdlib>

#include "tests/support/scratch.h"

namespace proclab::test {

void set_temporary_folder(const std::filesystem::path& path) {
  for (const wchar_t* name : {L"TMP", L"TEMP"}) ::_wputenv_s(name, path.c_str());
}

}  // namespace proclab::test
