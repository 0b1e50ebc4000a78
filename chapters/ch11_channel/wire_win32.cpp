// Chapter 11 · channel: a socket is packed into the bytes, on Windows. Read wire.h first.
//
// A pipe carries nothing but bytes, so libuv puts a head before each write: how many bytes of messages follow,
// and whether a packed socket comes in between. Within, the messages are the same as on POSIX.
// Meets: getsockopt(SO_ACCEPTCONN); WSADuplicateSocketW in chapter 6's clothes.
#include "chapters/ch11_channel/wire.h"

#include <winsock2.h>

#include <cstdint>
#include <cstring>

#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/socket_win32.h"

namespace proclab::channel {
namespace {

//> head
/// libuv's: src/win/pipe.c, little-endian as the machine.
struct Head {
  std::uint32_t flags = 0;
  std::uint32_t reserved = 0;
  std::uint32_t size = 0;  // of the messages' bytes behind it
  std::uint32_t reserved2 = 0;
};
constexpr std::uint32_t kHasData = 1, kHasSocket = 2, kIsConnection = 4;
constexpr std::size_t kPacked = sizeof(WSAPROTOCOL_INFOW) + sizeof(std::uint32_t);  // + an error
static_assert(sizeof(Head) == 16 && kPacked == 632);
//< head

Error junk(const std::string& what) { return make_error("channel", std::errc::bad_message, what); }

bool listens(const sockets::Socket& socket) {
  BOOL on = FALSE;
  int size = sizeof on;
  ::getsockopt(sockets::to_socket(socket.get()), SOL_SOCKET, SO_ACCEPTCONN,
               reinterpret_cast<char*>(&on), &size);
  return on != FALSE;
}

class PipeWire final : public Wire {
 public:
  explicit PipeWire(loop::Stream stream) : Wire(std::move(stream)) {}
  void set_peer(Pid peer) override { peer_ = peer; }

  void read() override {
    reading_ = true;
    stream_.read([this](Result<loop::Bytes> got) {
      const std::shared_ptr<Receiver> keep = receiver_->shared_from_this();  // and so this wire
      if (!got) return receiver_->arrived(got.error());
      got->end() ? take_end() : take(got->data);
      if (reading_ && stream_.is_open() && !stream_.active()) read();
    });
  }

  //> write
  Result<void> write(std::string bytes, std::shared_ptr<const sockets::Socket> socket,
                     loop::Stream::OnDone done) override {
    Head head{kHasData, 0, static_cast<std::uint32_t>(bytes.size()), 0};
    std::string packed;
    if (socket) {
      Result<std::string> info = sockets::export_socket(*socket, peer_);
      if (!info) return info.error();
      packed = *info + std::string(sizeof(std::uint32_t), '\0');
      head.flags |= kHasSocket | (listens(*socket) ? 0 : kIsConnection);
    }
    std::string frame(reinterpret_cast<const char*>(&head), sizeof head);
    frame.append(packed).append(bytes);
    stream_.write(std::move(frame), std::move(done));
    return {};
  }
  //< write
  void write(std::string bytes) override { (void)write(std::move(bytes), nullptr, {}); }

 private:
  //> take
  void take(std::string_view bytes) {
    while (!bytes.empty() && stream_.is_open()) {
      if (left_ > 0) {
        const std::string_view piece = bytes.substr(0, left_);
        left_ -= static_cast<std::uint32_t>(piece.size());
        bytes.remove_prefix(piece.size());
        receiver_->arrived(
            Arrival{piece, std::exchange(socket_, std::nullopt), std::exchange(lost_, false)});
        continue;
      }
      const std::size_t missing = needed_ - head_.size();
      head_.append(bytes.substr(0, missing));
      bytes.remove_prefix(std::min(missing, bytes.size()));
      if (head_.size() < needed_) return;
      if (const Result<void> good = understand(); !good) return receiver_->arrived(good.error());
    }
  }
  //< take

  /// The head is here, or the head and the socket behind it.
  Result<void> understand() {
    Head head;
    std::memcpy(&head, head_.data(), sizeof head);
    if ((head.flags & ~(kHasData | kHasSocket | kIsConnection)) != 0 || head.reserved2 != 0) {
      return junk("no head of a frame: flags " + std::to_string(head.flags));
    }
    if ((head.flags & kHasSocket) != 0 && head_.size() == sizeof head) {
      needed_ += kPacked;
      return {};
    }
    if ((head.flags & kHasSocket) != 0) {
      Result<sockets::Socket> socket = sockets::import_socket(
          std::string_view(head_).substr(sizeof head, sizeof(WSAPROTOCOL_INFOW)));
      lost_ = lost_ || socket_ || !socket;  // a second one before any byte, or not for us
      if (socket) socket_ = std::move(*socket);
    }
    left_ = (head.flags & kHasData) != 0 ? head.size : 0;
    head_.clear();
    needed_ = sizeof head;
    return {};
  }

  void take_end() {
    if (left_ == 0 && head_.empty()) return receiver_->arrived(Arrival{});
    receiver_->arrived(junk("the other end has gone in the middle of a frame"));
  }

  Pid peer_ = 0;
  std::string head_;  // what has come of a head, and of the socket behind it
  std::size_t needed_ = sizeof(Head);
  std::uint32_t left_ = 0;                 // of the frame's messages
  std::optional<sockets::Socket> socket_;  // rides on the next byte
  bool lost_ = false;
};

}  // namespace

Result<std::unique_ptr<Wire>> make_wire(loop::Loop& loop, Handle end) {
  Result<loop::Stream> stream = loop::Stream::open(loop, std::move(end));
  if (!stream) return stream.error();
  return std::unique_ptr<Wire>(std::make_unique<PipeWire>(std::move(*stream)));
}

}  // namespace proclab::channel
