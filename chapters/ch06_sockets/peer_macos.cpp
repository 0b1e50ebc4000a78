// Chapter 6 · sockets: who is on the other end, on macOS. Compiled, not run.
#include "chapters/ch06_sockets/peer.h"

#include <sys/socket.h>
#include <sys/ucred.h>
#include <sys/un.h>

namespace proclab::sockets {

Result<Peer> peer(NativeHandle end) {
  xucred who{};
  socklen_t size = sizeof who;
  if (::getsockopt(end, SOL_LOCAL, LOCAL_PEERCRED, &who, &size) == -1) {
    return last_error("getsockopt(LOCAL_PEERCRED)");
  }
  if (who.cr_version != XUCRED_VERSION) return make_error("peer", std::errc::not_supported);
  pid_t pid = 0;
  size = sizeof pid;
  ::getsockopt(end, SOL_LOCAL, LOCAL_PEERPID, &pid, &size);  // it ended: stays 0
  return Peer{pid, who.cr_uid, who.cr_groups[0]};
}

Result<Handle> peer_process(NativeHandle) {
  return make_error("peer_process", std::errc::not_supported, "macOS has no pidfd");
}

}  // namespace proclab::sockets
