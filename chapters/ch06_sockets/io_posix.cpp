// Chapter 6 · sockets: bytes and messages over a connected end, on POSIX. Read io.h first.
//
// Not read(2) and write(2): send() can be told per call not to wait and not to raise SIGPIPE, so that
// neither O_NONBLOCK, which others share (chapter 2), nor a signal's disposition matters.
#include "chapters/ch06_sockets/io.h"

#include <cassert>

#include <sys/socket.h>

#include "chapters/ch06_sockets/birth_posix.h"
#include "chapters/ch06_sockets/ready_posix.h"

namespace proclab::sockets {

//> send-all
Result<void> send_all(NativeHandle end, std::string_view bytes, Deadline until) {
  const std::size_t all = bytes.size();
  do {  // once even for no bytes: an empty datagram is a message
    const Result<std::size_t> taken = try_then_wait(end, POLLOUT, until, "send", [&] {
      return ::send(end, bytes.data(), bytes.size(), kSendFlags);
    });
    if (!taken) {
      Error why = taken.error();
      if (bytes.size() < all) {
        why.detail =
            std::to_string(all - bytes.size()) + " of " + std::to_string(all) + " bytes sent";
      }
      return why;
    }
    bytes.remove_prefix(*taken);
  } while (!bytes.empty());
  return {};
}
//< send-all

Result<std::size_t> receive(NativeHandle end, std::span<char> room, Deadline until) {
  assert(!room.empty() && "receive: no room, so 0 would look like the end");
  return try_then_wait(end, POLLIN, until, "recv",
                       [&] { return ::recv(end, room.data(), room.size(), kReceiveFlags); });
}

//> receive-message
Result<Message> receive_message(NativeHandle end, std::span<char> room, Deadline until) {
  iovec part{room.data(), room.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const Result<std::size_t> size = try_then_wait(
      end, POLLIN, until, "recvmsg", [&] { return ::recvmsg(end, &message, kReceiveFlags); });
  if (!size) return size.error();
  return Message{*size,
                 (message.msg_flags & MSG_TRUNC) != 0};  // recv() would have kept that secret
}
//< receive-message

Result<void> half_close(NativeHandle end) {
  if (::shutdown(end, SHUT_WR) == -1) return last_error("shutdown");
  return {};
}

}  // namespace proclab::sockets
