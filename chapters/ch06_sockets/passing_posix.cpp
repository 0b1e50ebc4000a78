// Chapter 6 · sockets: descriptors along with bytes, on POSIX. Read passing.h first.
//
// The number is of no use to another process. What travels is a reference to the open description:
// the receiver gets a new number for the same thing, as dup() would give one here. The kernel keeps
// the reference alive meanwhile, even when the sender closes its own or dies.
// Meets: sendmsg, recvmsg, SCM_RIGHTS, MSG_CTRUNC, MSG_CMSG_CLOEXEC.
#include "chapters/ch06_sockets/passing.h"

#include <cassert>
#include <cstring>

#include <sys/socket.h>

#include "chapters/ch06_sockets/birth_posix.h"
#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/ready_posix.h"

namespace proclab::sockets {
namespace {

Error bad_input(std::string why) {
  return make_error("send_handles", std::errc::invalid_argument, std::move(why));
}

/// Room for every descriptor that one message can carry. With less, the kernel says MSG_CTRUNC and
/// drops some; and because the room is rounded up, it may still deliver more than were asked for.
struct ControlRoom {
  alignas(cmsghdr) char bytes[CMSG_SPACE(kMostHandles * sizeof(int))];
};

//> take-handles
/// Every descriptor in the message gets an owner here before anything else happens, wanted or not:
/// an int that nobody closes is a leak that another process has caused.
void take_handles(msghdr& message, std::size_t most, Received& got) {
  for (cmsghdr* part = CMSG_FIRSTHDR(&message); part != nullptr;
       part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof fd, sizeof fd);
      Handle arrived(fd);
      if (got.handles.size() == most) {
        got.lost = true;
        continue;  // and `arrived` closes it
      }
      make_private(fd);
      got.handles.push_back(std::move(arrived));
    }
  }
  // The kernel had no room for one, or this process no number: what came before is good.
  if ((message.msg_flags & MSG_CTRUNC) != 0) got.lost = true;
}
//< take-handles

}  // namespace

//> send-some
Result<std::size_t> send_some(NativeHandle end, std::string_view bytes,
                              std::span<const NativeHandle> handles, Deadline until, Then then) {
  if (bytes.empty()) return bad_input("no bytes for the descriptors to ride on");
  if (handles.size() > kMostHandles) return bad_input(std::to_string(handles.size()) + " handles");
  const int flags = kSendFlags | (then == Then::the_end ? kMore : 0);
  if (handles.empty()) {
    return try_then_wait(end, POLLOUT, until, "send",
                         [&] { return ::send(end, bytes.data(), bytes.size(), flags); });
  }
  iovec part{const_cast<char*>(bytes.data()), bytes.size()};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  ControlRoom room{};  // the padding goes into the kernel, too
  message.msg_control = room.bytes;
  message.msg_controllen = CMSG_SPACE(handles.size_bytes());
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(handles.size_bytes());
  std::memcpy(CMSG_DATA(head), handles.data(), handles.size_bytes());
  return try_then_wait(end, POLLOUT, until, "sendmsg",
                       [&] { return ::sendmsg(end, &message, flags); });
}
//< send-some

//> send-handles
Result<void> send_handles(NativeHandle end, std::string_view bytes,
                          std::span<const NativeHandle> handles, Deadline until) {
  const Result<std::size_t> taken = send_some(end, bytes, handles, until);
  if (!taken) return taken.error();
  bytes.remove_prefix(*taken);
  if (bytes.empty()) return {};
  return send_all(end, bytes, until);  // the descriptors have gone with the first byte
}
//< send-handles

//> receive-handles
Result<Received> receive_handles(NativeHandle end, std::span<char> bytes, std::size_t most,
                                 Deadline until) {
  assert(!bytes.empty() && "receive_handles: no room for the bytes they ride on");
  iovec part{bytes.data(), bytes.size()};
  ControlRoom room;
  msghdr message{};
  const Result<std::size_t> size = try_then_wait(end, POLLIN, until, "recvmsg", [&] {
    message = {};  // the kernel writes into it, also when it fails
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = room.bytes;
    message.msg_controllen = sizeof room.bytes;
    return ::recvmsg(end, &message, kReceiveFlags);
  });
  if (!size) return size.error();
  Received got;
  got.size = *size;
  take_handles(message, most, got);
  return got;
}
//< receive-handles

Result<std::uint64_t> give(NativeHandle, NativeHandle) {
  return make_error("give", std::errc::not_supported, "POSIX sends it along: send_handles()");
}

Result<void> take_back(std::uint64_t, NativeHandle) {
  return make_error("take_back", std::errc::not_supported, "POSIX sends it along: send_handles()");
}

Result<std::string> export_socket(const Socket&, Pid) {
  return make_error("export_socket", std::errc::not_supported,
                    "POSIX sends it along: send_handles()");
}

Result<Socket> import_socket(std::string_view) {
  return make_error("import_socket", std::errc::not_supported,
                    "POSIX sends it along: receive_handles()");
}

}  // namespace proclab::sockets
