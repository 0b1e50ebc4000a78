// Chapter 6 · sockets: who is on the other end.
//
// Question: a client says who it is; what does the kernel say? Read before: local.h.
// Raw calls met: getsockopt(SO_PEERCRED, SO_PEERPIDFD, LOCAL_PEERCRED); GetNamedPipeClientProcessId.
#pragma once

#include <optional>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// What the kernel wrote down about the other process when the connection was made: at connect() for a
/// server's end, at listen() for a client's, at pair() for both ends of a pair. So it is who *made* it;
/// the end may have been passed on since, and for a pair it is always the maker.
struct Peer {
  Pid pid = 0;  ///< 0: the process is none of our namespace's. May have been reused since.
  std::optional<unsigned> uid, gid;  ///< effective ids. Windows: none
};

/// Of the end of a local connection or pair. Errors: not_connected or not_supported: no such end, or TCP.
/// Sources: unix(7) SO_PEERCRED; macOS LOCAL_PEERCRED, LOCAL_PEERPID; MSDN GetNamedPipeClientProcessId.
Result<Peer> peer(NativeHandle end);

/// The process itself, which no other can be mistaken for: a pidfd (Linux 6.5, SO_PEERPIDFD); a process
/// handle on Windows, good for give(). Errors: not_supported where the kernel cannot.
Result<Handle> peer_process(NativeHandle end);

}  // namespace proclab::sockets
