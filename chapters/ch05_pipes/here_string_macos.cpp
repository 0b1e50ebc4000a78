// Chapter 5 · pipes: a text as a file, on macOS: a temporary file without a name. Compiled, not run.
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/redirect.h"

namespace proclab::pipes {

Result<Handle> here_string(std::string_view text) {
  const char* const folder = std::getenv("TMPDIR");
  std::string path = std::string(folder != nullptr ? folder : "/tmp") + "/here-string.XXXXXX";
  Handle writer(::mkostemp(path.data(), O_CLOEXEC));
  if (!writer) return last_error("mkostemp", path);
  Handle reader(::open(path.c_str(), O_RDONLY | O_CLOEXEC));  // the child cannot write to this one
  if (!reader) {
    const Error why = last_error("open", path);
    ::unlink(path.c_str());
    return why;
  }
  ::unlink(path.c_str());
  const Result<bool> written = stdio::BlockingWriter(writer.get()).write(text);
  if (!written) return written.error();
  return reader;
}

}  // namespace proclab::pipes
