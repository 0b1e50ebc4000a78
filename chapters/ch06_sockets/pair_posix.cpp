// Chapter 6 · sockets: two connected ends, on POSIX. Read pair.h first.
#include "chapters/ch06_sockets/pair.h"

#include <fcntl.h>
#include <sys/socket.h>

#include "chapters/ch06_sockets/birth_posix.h"
#include "chapters/ch06_sockets/kind_posix.h"

namespace proclab::sockets {

Result<Pair> pair(Kind kind) { return new_pair(socket_type(kind)); }

Result<Pair> pair_for_child() { return pair(); }

//> inherited
Result<Handle> inherited(int slot) {
  // Whoever started us had to leave the flag off; from here on it would leak into every child of
  // ours.
  if (slot < 0 || ::fcntl(slot, F_GETFD) == -1) {
    return make_error("slot", std::errc::bad_file_descriptor, std::to_string(slot));
  }
  ::fcntl(slot, F_SETFD, FD_CLOEXEC);
  make_private(slot);
  return Handle(slot);
}
//< inherited

}  // namespace proclab::sockets
