// Chapter 5 · pipes: opening files for a child, on POSIX. Read redirect.h first.
#include "chapters/ch05_pipes/redirect.h"

#include <cerrno>

#include <fcntl.h>
#include <unistd.h>

#include "platform/text.h"

namespace proclab::pipes {

namespace {

int flags_of(Redirect how) {
  switch (how) {
    case Redirect::read: return O_RDONLY;
    case Redirect::truncate: return O_WRONLY | O_CREAT | O_TRUNC;
    case Redirect::append: return O_WRONLY | O_CREAT | O_APPEND;
  }
  return O_RDONLY;
}

}  // namespace

//> open-file
Result<Handle> open_file(const std::string& path, Redirect how) {
  if (has_nul(path)) return make_error("open", std::errc::invalid_argument, "a NUL in the name");
  for (;;) {
    // O_APPEND, not a seek to the end: the kernel then finds the end anew at every write, in one step
    // with it. Two writers that had only seeked would write over each other.
    Handle file(::open(path.c_str(), flags_of(how) | O_CLOEXEC | O_NOCTTY, 0666));
    if (file) return file;
    if (errno != EINTR) return last_error("open", path);  // EINTR: a FIFO, waiting for its partner
  }
}
//< open-file

}  // namespace proclab::pipes
