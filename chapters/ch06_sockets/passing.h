// Chapter 6 · sockets: how a descriptor travels to another process.
//
// Question: a descriptor is a number in a table of this process; what does another get when it is
// sent?
// Read before: io.h. POSIX sends it along with bytes (SCM_RIGHTS), and the kernel makes the copy
// when the receiver reads them. Windows copies it into the other process first, and then tells the
// number. Neither is the other: each half of this header says not_supported on the other system.
// Raw calls met: sendmsg, recvmsg; DuplicateHandle, WSADuplicateSocketW, WSASocketW.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch06_sockets/socket.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

// ---- POSIX: along with bytes ----

/// The most descriptors that ride on one message: Linux's SCM_MAX_FD.
inline constexpr std::size_t kMostHandles = 253;

/// What the sender knows of what comes next. `the_end`: half_close(), at once. A TCP socket then keeps its last, unfilled
/// packet back for it, so that the last bytes and the end leave together, and both sides have one packet less to deal
/// with. Other sockets, and systems that cannot (macOS), send as ever. Linux: MSG_MORE, which waits for 200 ms at most.
enum class Then { unknown, the_end };

/// One sendmsg(2), or send(2) where there are no handles: some of `bytes`, and copies of `handles`
/// on the first of them. Gives how many bytes went; when that is less than all, the descriptors have gone with them: send the rest
/// without, or the receiver gets them twice. The caller's own stay open. Waits for room until the
/// deadline; one that has passed makes one attempt.
/// Errors: timed_out, and nothing has gone; invalid_argument: no bytes (nothing to ride on), or too
/// many handles; bad_file_descriptor; broken_pipe, connection_reset; ETOOMANYREFS: too many under
/// way.
Result<std::size_t> send_some(NativeHandle end, std::string_view bytes,
                              std::span<const NativeHandle> handles, Deadline until = {},
                              Then then = Then::unknown);

/// All of `bytes`, with copies of `handles` on the first of them. Errors: as send_some(),
/// send_all().
Result<void> send_handles(NativeHandle end, std::string_view bytes,
                          std::span<const NativeHandle> handles, Deadline until = {});

/// What came in one recvmsg(2).
struct Received {
  std::size_t size = 0;         ///< bytes in the caller's room; 0: the end
  std::vector<Handle> handles;  ///< in the order they were sent; no child inherits them by itself
  /// More descriptors were sent than are here: more than `most`, or this process has no number left
  /// for one. They are closed and cannot be had again. The bytes are whole.
  bool lost = false;
};

/// Waits for bytes, and takes what is there with the descriptors on them: at most `most`. Bytes
/// that were sent before those may come glued in front of them; bytes sent behind never are, so one
/// call gives the descriptors of one message at most. Nothing that arrives leaks, expected or not.
/// Errors: as receive(). Sources: recvmsg(2), unix(7); CMSG_* in cmsg(3).
Result<Received> receive_handles(NativeHandle end, std::span<char> room, std::size_t most = 1,
                                 Deadline until = {});

// ---- Windows: into the other process ----

/// Puts a copy of `handle` into the process behind `process` (a Process's native(), or
/// peer_process()) and gives the number that it has there: tell it, by any way. The copy belongs to
/// the other from now on: if it cannot be told, take_back(). Not for sockets. Errors:
/// permission_denied, bad_file_descriptor, not_supported. Source: MSDN DuplicateHandle.
Result<std::uint64_t> give(NativeHandle handle, NativeHandle process);
/// Closes what give() put there.
Result<void> take_back(std::uint64_t number, NativeHandle process);

/// A socket, packed for process `to`: 628 bytes (WSAPROTOCOL_INFOW) to be sent by any way. Keep
/// yours open until the other has it; a listener must listen already. Each pack is for one
/// import_socket().
/// Errors: not_a_socket, invalid_argument: no such process, not_supported. Source: MSDN
/// WSADuplicateSocketW.
Result<std::string> export_socket(const Socket& socket, Pid to);
/// In that process: the socket. Errors: invalid_argument: not what export_socket() made, or not for
/// us.
Result<Socket> import_socket(std::string_view packed);

}  // namespace proclab::sockets
