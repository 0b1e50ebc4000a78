// Chapter 11 · channel: a socket rides on the bytes: SCM_RIGHTS, in chapter 6's and 10's clothes. Read wire.h first.
//
// The kernel keeps one rule for us: bytes that were sent behind a descriptor never come in the same recvmsg()
// as those before the next one. So a piece has the descriptors of one message at most, as long as the sender
// keeps the other half: one message, one sendmsg(), one descriptor.
#include "chapters/ch11_channel/wire.h"

#include "chapters/ch02_stdio/stream_kind.h"

namespace proclab::channel {
namespace {

class PosixWire final : public Wire {
 public:
  explicit PosixWire(loop::Stream stream) : Wire(std::move(stream)) {}

  //> read
  void read() override {
    reading_ = true;
    stream_.read([this](Result<loop::Bytes> got) {
      const std::shared_ptr<Receiver> keep = receiver_->shared_from_this();  // and so this wire
      receiver_->arrived(piece_of(std::move(got)));
      if (reading_ && stream_.is_open() && !stream_.active()) read();
    });
  }
  //< read

  Result<void> write(std::string bytes, std::shared_ptr<const sockets::Socket> socket,
                     loop::Stream::OnDone done) override {
    loop::Riders riders;
    if (socket) riders = {{socket->get()}, socket};
    stream_.write(std::move(bytes), std::move(riders), std::move(done));
    return {};
  }
  void write(std::string bytes) override { stream_.write(std::move(bytes)); }
  std::string* tail() override { return stream_.tail(); }

 private:
  static Result<Arrival> piece_of(Result<loop::Bytes> got) {
    if (!got) return got.error();
    Arrival piece{got->data, {}, got->handles_lost};
    for (Handle& one : got->handles) {
      // Whatever else a descriptor can be, a file or a device: nobody here could do anything with it.
      const bool fits = stdio::classify(one.get()) == stdio::StreamKind::socket;
      if (fits) piece.socket = sockets::Socket(one.release());
      if (!fits) piece.lost = true;
    }
    return piece;
  }
};

}  // namespace

Result<std::unique_ptr<Wire>> make_wire(loop::Loop& loop, Handle end) {
  if (stdio::classify(end.get()) != stdio::StreamKind::socket) {
    return make_error("channel", std::errc::not_a_socket, std::to_string(end.get()));
  }
  Result<loop::Stream> stream = loop::Stream::open(loop, std::move(end), {.handles = 1});
  if (!stream) return stream.error();
  return std::unique_ptr<Wire>(std::make_unique<PosixWire>(std::move(*stream)));
}

}  // namespace proclab::channel
