// Chapter 6 · sockets: bytes and messages over a connected end, with a deadline.
//
// Question: what does it take until "sent" means sent, and "the end" means the end? Read before: pair.h.
// All of it works on the ends of pair(), of local.h and on a connected Socket's get(), blocking or not;
// on Windows, pipes must be overlapped, as ours are. No signal ever kills the caller.
// Raw calls met: send, recv, poll, shutdown; ReadFile, WriteFile, GetOverlappedResult, CancelIoEx.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "platform/clock.h"
#include "platform/native.h"
#include "platform/result.h"

namespace proclab::sockets {

/// Sends all of `bytes`; for a datagram or seqpacket end: as one message. Waits for room until the
/// deadline; one that has passed makes one attempt. After an error of a stream, a part may have gone,
/// and Error::detail says how much.
/// Errors: broken_pipe or connection_reset: the other end is gone; timed_out; message_size: too long for
/// one message; no_buffer_space. Threads: two senders' bytes may mix. Sources: send(2), POSIX send().
Result<void> send_all(NativeHandle end, std::string_view bytes, Deadline until = {});

/// Waits for bytes and takes what is there, at most `room` (which must not be empty). 0 is the end: the
/// other side closed, or half-closed. For a message end use receive_message().
/// Errors: timed_out; connection_reset: the other end is gone and has not read all that was sent to it
/// (bytes that came before are given first). Descriptors that ride on the bytes are closed; passing.h
/// takes them. Source: POSIX recv().
Result<std::size_t> receive(NativeHandle end, std::span<char> room, Deadline until = {});

struct Message {
  std::size_t size = 0;  ///< bytes that are in `room`
  bool cut = false;      ///< it was longer, and the rest is gone for good
};

/// Waits for one message of a datagram or seqpacket end. Size 0 is an empty message, or the end of a
/// seqpacket end: POSIX cannot tell the two apart, so send no empty ones. Errors: as receive().
Result<Message> receive_message(NativeHandle end, std::span<char> room, Deadline until = {});

/// "I have no more to say, but I listen": the other side reads to an end, and may still answer.
/// Errors: not_connected. Windows: a pipe has no such half; for one this is not_supported, a Socket
/// has it. Source: POSIX shutdown(SHUT_WR); MSDN shutdown(SD_SEND).
Result<void> half_close(NativeHandle end);

}  // namespace proclab::sockets
