// Chapter 5 · pipes: a text as a file, on Linux. Read redirect.h first.
//
// What stands behind <<<? A pipe would be natural, but nobody reads it yet: a text that is larger than
// the pipe would stop us for ever, in a write to ourselves. So old shells write an unlinked temporary
// file; bash since 5.1 takes a pipe when the text fits into it and a file when not. Linux has what
// both want: memfd_create(), a file in memory, without a name, a directory or a disk, and of any size.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/redirect.h"

namespace proclab::pipes {

//> here-string
Result<Handle> here_string(std::string_view text) {
  Handle file(::memfd_create("here-string", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!file) return last_error("memfd_create");
  const Result<bool> written = stdio::BlockingWriter(file.get()).write(text);
  if (!written) return written.error();
  // The child gets a descriptor that may write. The seals make that fail for everybody, for ever.
  constexpr int kSeals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (::fcntl(file.get(), F_ADD_SEALS, kSeals) == -1) return last_error("fcntl");
  // One description, one position, and it stands at the end now.
  if (::lseek(file.get(), 0, SEEK_SET) == -1) return last_error("lseek");
  return file;
}
//< here-string

}  // namespace proclab::pipes
