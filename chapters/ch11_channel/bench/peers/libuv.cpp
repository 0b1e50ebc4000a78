// Chapter 11 · benchmark: the same bytes by libuv, which is under Node's channel. No messages: a reader counts bytes.
#include <uv.h>

#include <string>

#include "chapters/ch11_channel/bench/ways.h"

namespace proclab::channel::bench {
namespace {

char g_room[65536];

void give_room(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(g_room, sizeof g_room);
}

/// A loop, and the one pipe in it.
struct End {
  explicit End(int fd, uv_read_cb on_read) {
    if (uv_loop_init(&loop) != 0 || uv_pipe_init(&loop, &pipe, 0) != 0) failed("uv_pipe_init");
    pipe.data = this;
    if (uv_pipe_open(&pipe, fd) != 0) failed("uv_pipe_open");
    if (uv_read_start(stream(), give_room, on_read) != 0) failed("uv_read_start");
  }
  virtual ~End() {
    uv_close(reinterpret_cast<uv_handle_t*>(&pipe), nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
  uv_stream_t* stream() { return reinterpret_cast<uv_stream_t*>(&pipe); }
  void say(std::string& message, uv_write_cb done) {
    auto* const request = new uv_write_t;
    uv_buf_t buffer = uv_buf_init(message.data(), static_cast<unsigned>(message.size()));
    if (uv_write(request, stream(), &buffer, 1, done) != 0) failed("uv_write");
  }
  uv_loop_t loop;
  uv_pipe_t pipe;
};

class UvSender final : public Sender, End {
 public:
  UvSender(int fd, std::size_t size) : End(fd, on_read), tell_(size, '.'), ask_(size, '?') {}
  void stream(int messages) override {
    left_ = messages - 1;
    send_some();
    uv_run(&loop, UV_RUN_DEFAULT);
  }
  void ping_pong(int messages) override {
    rounds_ = messages;
    say(ask_, written);
    uv_run(&loop, UV_RUN_DEFAULT);
  }

 private:
  void send_some() {
    while (left_ > 0 && uv_stream_get_write_queue_size(End::stream()) < 65536) {
      --left_;
      say(tell_, written);
    }
    if (left_ > 0 || asked_) return;
    asked_ = true;
    rounds_ = 1;
    say(ask_, written);
  }
  static void written(uv_write_t* request, int) {
    auto& self = static_cast<UvSender&>(*static_cast<End*>(request->handle->data));
    delete request;
    if (self.left_ > 0) self.send_some();
  }
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
    if (size == 0) return;
    if (size < 0) failed("uv_read");
    auto& self = static_cast<UvSender&>(*static_cast<End*>(stream->data));
    self.got_ += static_cast<std::size_t>(size);
    if (self.got_ < self.ask_.size()) return;
    self.got_ = 0;
    self.asked_ = false;
    if (--self.rounds_ == 0) return uv_stop(stream->loop);
    self.say(self.ask_, written);
  }
  std::string tell_, ask_;
  std::size_t got_ = 0;
  int left_ = 0, rounds_ = 0;
  bool asked_ = false;
};

class UvReceiver final : public End {
 public:
  UvReceiver(int fd, std::size_t size) : End(fd, on_read), answer_(size, '?') {}

 private:
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t* buffer) {
    if (size == 0) return;
    if (size < 0) return uv_stop(stream->loop);
    auto& self = static_cast<UvReceiver&>(*static_cast<End*>(stream->data));
    for (std::size_t left = static_cast<std::size_t>(size), at = 0; left > 0;) {
      if (self.have_ == 0) self.asked_ = buffer->base[at] == '?';
      const std::size_t now = std::min(left, self.answer_.size() - self.have_);
      at += now;
      left -= now;
      self.have_ += now;
      if (self.have_ < self.answer_.size()) continue;
      self.have_ = 0;
      if (self.asked_) self.say(self.answer_, [](uv_write_t* request, int) { delete request; });
    }
  }
  std::string answer_;
  std::size_t have_ = 0;
  bool asked_ = false;
};

}  // namespace

std::unique_ptr<Sender> libuv_sender(int fd, std::size_t size) {
  return std::make_unique<UvSender>(fd, size);
}

void libuv_receive(int fd, std::size_t size) {
  UvReceiver receiver(fd, size);
  uv_run(&receiver.loop, UV_RUN_DEFAULT);
}

}  // namespace proclab::channel::bench
