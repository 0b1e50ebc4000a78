// Chapter 11 · benchmark: bare calls on the socket, and the channel. Read ways.h first.
#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>

#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch10_loop/loop.h"
#include "chapters/ch11_channel/bench/ways.h"
#include "chapters/ch11_channel/channel.h"

namespace proclab::channel::bench {
namespace {

// ---- raw ----

void write_all(int fd, const char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t gone = ::write(fd, bytes, size);
    if (gone < 0) failed("write");
    bytes += gone;
    size -= static_cast<std::size_t>(gone);
  }
}

/// False at the end.
bool read_all(int fd, char* room, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(fd, room, size);
    if (got < 0) failed("read");
    if (got == 0) return false;
    room += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

//> raw
/// One write and one read a message. With a batch: as many messages as fit into it.
template <std::size_t kBatch>
class RawSender final : public Sender {
 public:
  RawSender(int fd, std::size_t size)
      : fd_(fd), size_(size), messages_(std::max(kBatch, size), '.'), room_(size) {}
  void stream(int messages) override {
    const std::size_t at_once = messages_.size() / size_;
    for (std::size_t left = static_cast<std::size_t>(messages) - 1; left > 0;) {
      const std::size_t now = std::min(left, at_once);
      write_all(fd_, messages_.data(), now * size_);
      left -= now;
    }
    ping_pong(1);
  }
  void ping_pong(int messages) override {
    std::string question(size_, '?');
    for (; messages > 0; --messages) {
      write_all(fd_, question.data(), size_);
      if (!read_all(fd_, room_.data(), size_)) failed("read");
    }
  }

 private:
  int fd_;
  std::size_t size_;
  std::string messages_;
  std::vector<char> room_;
};

template <std::size_t kBatch>
void raw_receive(int fd, std::size_t size) {
  std::vector<char> room(std::max(kBatch, size));
  std::size_t have = 0;
  for (;;) {
    const ssize_t got = ::read(fd, room.data() + have, room.size() - have);
    if (got <= 0) return;
    have += static_cast<std::size_t>(got);
    std::size_t at = 0;
    for (; have - at >= size; at += size) {
      if (room[at] == '?') write_all(fd, room.data() + at, size);
    }
    have -= at;
    std::memmove(room.data(), room.data() + at, have);
  }
}
//< raw

template <std::size_t kBatch>
Way raw(const char* name) {
  return {name,
          [](int fd, std::size_t size) -> std::unique_ptr<Sender> {
            return std::make_unique<RawSender<kBatch>>(fd, size);
          },
          raw_receive<kBatch>};
}

// ---- ours ----

Value message_of(std::size_t size, const char* cmd) {
  return Object{{"cmd", cmd}, {"text", std::string(text_size(size), 'x')}};
}

class OurSender : public Sender {
 public:
  OurSender(int fd, std::size_t size, Serialization serialization, bool coalesced)
      : loop_(*loop::Loop::open()),
        channel_(*Channel::open(loop_, Handle(fd), {.serialization = serialization})),
        tell_(message_of(size, ".")),
        ask_(message_of(size, "?")),
        coalesced_(coalesced) {
    Events events;
    events.message = [this](const Message&) { answered(); };
    events.drain = [this] { send_some(); };
    events.disconnect = [](const std::optional<Error>&) { failed("disconnect"); };
    channel_.start(std::move(events));
  }
  //> ours
  void stream(int messages) override {
    left_ = messages - 1;
    send_some();
    if (!loop_.run()) failed("run");
  }
  void ping_pong(int messages) override {
    rounds_ = messages;
    (void)channel_.send(ask_);
    if (!loop_.run()) failed("run");
  }

 private:
  /// As many as there are, until a pause is asked for: all in one write, or each in its own.
  void send_some() {
    while (left_ > 0) {
      --left_;
      const Result<Flow> flow = channel_.send(tell_);
      if (!coalesced_) channel_.flush();
      if (*flow == Flow::pause) return;
    }
    rounds_ = 1;
    (void)channel_.send(ask_);
  }
  //< ours
  void answered() {
    if (--rounds_ == 0) return loop_.stop();
    (void)channel_.send(ask_);
  }

  loop::Loop loop_;
  Channel channel_;
  Value tell_, ask_;
  bool coalesced_;
  int left_ = 0, rounds_ = 0;
};

template <Serialization kSerialization>
void our_receive(int fd, std::size_t) {
  loop::Loop loop = *loop::Loop::open();
  Channel channel = *Channel::open(loop, Handle(fd), {.serialization = kSerialization});
  Events events;
  events.message = [&](const Message& message) {
    const Value* const cmd = message.value.find("cmd");
    if (cmd == nullptr || cmd->as_string() == nullptr) failed("message");
    if (*cmd->as_string() == "?") (void)channel.send(message.value);
  };
  channel.start(std::move(events));
  if (!loop.run()) failed("run");
}

template <Serialization kSerialization, bool kCoalesced>
Way ours(const char* name) {
  return {name,
          [](int fd, std::size_t size) -> std::unique_ptr<Sender> {
            return std::make_unique<OurSender>(fd, size, kSerialization, kCoalesced);
          },
          our_receive<kSerialization>};
}

}  // namespace

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      raw<1>("raw"),
      raw<65536>("raw batched"),
      ours<Serialization::json, false>("proclab one by one"),
      ours<Serialization::json, true>("proclab coalesced"),
      ours<Serialization::advanced, true>("proclab advanced"),
#ifdef PROCLAB_HAS_LIBUV
      {"libuv", libuv_sender, libuv_receive},
#endif
  };
  return all;
}

const Way* find_way(std::string_view name) {
  for (const Way& way : ways()) {
    if (way.name == name) return &way;
  }
  return nullptr;
}

std::size_t text_size(std::size_t size) {
  return size - std::string_view("{\"cmd\":\".\",\"text\":\"\"}\n").size();
}

void failed(const char* what) {
  std::fprintf(stderr, "ch11_bench: %s: %s\n", what, std::strerror(errno));
  std::_Exit(1);
}

}  // namespace proclab::channel::bench
