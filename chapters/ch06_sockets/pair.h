// Chapter 6 · sockets: two connected ends without a name.
//
// Question: how do a parent and its child talk both ways over one descriptor? Read before:
// socket.h.
// Raw calls met: socketpair; CreateNamedPipeW, CreateFileW.
#pragma once

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// What an end does with what is sent.
enum class Kind {
  stream,    ///< bytes, in order; where one send ended is forgotten. Has an end (EOF).
  datagram,  ///< messages, one by one. No connection: nobody hears that the other end is gone.
  seqpacket  ///< messages with a connection, so with an end. Windows: a message mode pipe.
};

/// Two ends: what is sent into one comes out of the other.
struct Pair {
  Handle first, second;
};

/// Makes a connected pair, fit for an IPC channel: duplex, blocking, inherited by no child by
/// itself (a spawn::Slot gives an end to one child; then close yours, or you never see its end).
///
/// POSIX: socketpair(AF_UNIX), close-on-exec. Windows: an overlapped named pipe with a name that
/// nobody can guess, for one client, on this machine, of this user; both ends are opened already.
/// Errors: too_many_files_open; Kind::datagram on Windows: not_supported; Kind::seqpacket on macOS:
/// protocol_not_supported. Sources: socketpair(2), unix(7); MSDN CreateNamedPipeW.
Result<Pair> pair(Kind kind = Kind::stream);

/// The same, as a stream, with a `second` that is fit for any program: one that knows nothing of us, and reads and
/// writes it as it does a file. POSIX: no difference. Windows: not overlapped, since most programs
/// have no OVERLAPPED to pass. Errors: as above.
Result<Pair> pair_for_child();

/// In a child: takes over what its parent has put at `slot` (a spawn::Slot's number), and keeps it
/// from being inherited further. Once only: the Handle owns it. Windows: the slot's handle is taken
/// out of the C runtime's table. Errors: bad_file_descriptor when nothing is there.
Result<Handle> inherited(int slot);

}  // namespace proclab::sockets
