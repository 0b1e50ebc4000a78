// Chapter 10 · benchmark: the same events in libuv, the loop under Node.
#include <uv.h>

#include <deque>
#include <string>

#include "chapters/ch10_loop/bench/ways.h"

namespace proclab::loop::bench {
namespace {

char g_room[65536];

void give_room(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  *buffer = uv_buf_init(g_room, sizeof g_room);
}

/// A loop of its own, and its pipes.
class Base {
 public:
  Base() {
    if (uv_loop_init(&loop_) != 0) failed("uv_loop_init");
  }
  ~Base() {
    for (uv_pipe_t& pipe : pipes_) uv_close(reinterpret_cast<uv_handle_t*>(&pipe), nullptr);
    uv_run(&loop_, UV_RUN_DEFAULT);
    uv_loop_close(&loop_);
  }
  void add(int fd, void* owner, uv_read_cb on_read) {
    uv_pipe_t& pipe = pipes_.emplace_back();
    uv_pipe_init(&loop_, &pipe, 0);
    pipe.data = owner;
    if (uv_pipe_open(&pipe, fd) != 0) failed("uv_pipe_open");
    if (uv_read_start(reinterpret_cast<uv_stream_t*>(&pipe), give_room, on_read) != 0) {
      failed("uv_read_start");
    }
  }
  uv_loop_t loop_;
  std::deque<uv_pipe_t> pipes_;
};

class UvRig final : public Rig {
 public:
  explicit UvRig(int count) {
    const std::vector<int> all = make_sources(count);
    active_ = active_of(all);
    for (const int fd : all) base_.add(fd, this, on_read);
  }
  void run(int events) override {
    done_ = 0;
    wanted_ = events;
    kick(active_[0]);
    uv_run(&base_.loop_, UV_RUN_DEFAULT);
  }

 private:
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
    auto& self = *static_cast<UvRig*>(stream->data);
    if (size == 0) return;
    if (size != 1) failed("uv_read");
    if (++self.done_ == self.wanted_) return uv_stop(stream->loop);
    kick(self.active_[static_cast<std::size_t>(self.done_) % self.active_.size()]);
  }
  std::vector<int> active_;
  int done_ = 0, wanted_ = 0;
  Base base_;
};

class UvPair final : public Pair {
 public:
  explicit UvPair(std::size_t size) : message_(size, 'x') {
    const Ends ends = make_ends();
    base_.add(ends.first, this, on_read);
    base_.add(ends.second, this, on_read);
  }
  void run(int rounds) override {
    left_ = 2 * rounds;
    say(reinterpret_cast<uv_stream_t*>(&base_.pipes_.front()));
    uv_run(&base_.loop_, UV_RUN_DEFAULT);
  }

 private:
  void say(uv_stream_t* to) {
    auto* const request = new uv_write_t;
    uv_buf_t buffer = uv_buf_init(message_.data(), static_cast<unsigned>(message_.size()));
    uv_write(request, to, &buffer, 1, [](uv_write_t* done, int) { delete done; });
  }
  static void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
    auto& self = *static_cast<UvPair*>(stream->data);
    if (size == 0) return;
    if (size < 0) failed("uv_read");
    self.got_ += static_cast<std::size_t>(size);
    if (self.got_ < self.message_.size()) return;
    self.got_ = 0;
    if (--self.left_ == 0) return uv_stop(stream->loop);
    self.say(stream);
  }
  std::string message_;
  std::size_t got_ = 0;
  int left_ = 0;
  Base base_;
};

}  // namespace

std::unique_ptr<Rig> libuv_rig(int sources) { return std::make_unique<UvRig>(sources); }
std::unique_ptr<Pair> libuv_pair(std::size_t size) { return std::make_unique<UvPair>(size); }

}  // namespace proclab::loop::bench
