// Chapter 10 · benchmark: the same events by bare calls and by this chapter.
//
// Read before: ways.h. Meets: poll, epoll_wait.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch10_loop/bench/ways.h"
#include "chapters/ch10_loop/stream.h"

namespace proclab::loop::bench {
namespace {

void close_all(const std::vector<int>& all) {
  for (const int fd : all) ::close(fd);
}

// ---- bare ----

//> raw
class RawEpoll final : public Rig {
 public:
  explicit RawEpoll(int count) : all_(make_sources(count)), active_(active_of(all_)) {
    for (const int fd : all_) {
      epoll_event event{EPOLLIN, {.fd = fd}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == -1) failed("epoll_ctl");
    }
  }
  ~RawEpoll() override {
    ::close(epoll_);
    close_all(all_);
  }
  void run(int events) override {
    kick(active_[0]);
    for (int i = 1; i <= events; ++i) {
      epoll_event event;
      if (::epoll_wait(epoll_, &event, 1, -1) != 1) failed("epoll_wait");
      char byte;
      if (::read(event.data.fd, &byte, 1) != 1) failed("read");
      if (i < events) kick(active_[static_cast<std::size_t>(i) % active_.size()]);
    }
  }

 private:
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<int> all_, active_;
};
//< raw

class RawPoll final : public Rig {
 public:
  explicit RawPoll(int count) : all_(make_sources(count)), active_(active_of(all_)) {
    for (const int fd : all_) list_.push_back({fd, POLLIN, 0});
  }
  ~RawPoll() override { close_all(all_); }
  void run(int events) override {
    kick(active_[0]);
    for (int i = 1; i <= events; ++i) {
      if (::poll(list_.data(), list_.size(), -1) != 1) failed("poll");
      for (const pollfd& entry : list_) {
        if (entry.revents == 0) continue;
        char byte;
        if (::read(entry.fd, &byte, 1) != 1) failed("read");
        break;
      }
      if (i < events) kick(active_[static_cast<std::size_t>(i) % active_.size()]);
    }
  }

 private:
  std::vector<int> all_, active_;
  std::vector<pollfd> list_;
};

class RawPair final : public Pair {
 public:
  explicit RawPair(std::size_t size) : message_(size, 'x'), room_(size) {
    for (const int fd : {ends_.first, ends_.second}) {
      epoll_event event{EPOLLIN, {.fd = fd}};
      if (::epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event) == -1) failed("epoll_ctl");
    }
  }
  ~RawPair() override {
    for (const int fd : {epoll_, ends_.first, ends_.second}) ::close(fd);
  }
  void run(int rounds) override {
    say(ends_.first);
    for (std::size_t got = 0, left = 2 * static_cast<std::size_t>(rounds); left > 0;) {
      epoll_event event;
      if (::epoll_wait(epoll_, &event, 1, -1) != 1) failed("epoll_wait");
      const ssize_t size = ::recv(event.data.fd, room_.data(), room_.size(), 0);
      if (size <= 0) failed("recv");
      got += static_cast<std::size_t>(size);
      if (got < message_.size()) continue;
      got = 0;
      if (--left > 0) say(event.data.fd);
    }
  }

 private:
  void say(int fd) {
    if (::send(fd, message_.data(), message_.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(message_.size())) {
      failed("send");
    }
  }
  int epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
  Ends ends_ = make_ends();
  std::string message_;
  std::vector<char> room_;
};

// ---- ours ----

class OurRig final : public Rig {
 public:
  OurRig(Backend backend, int count) : loop_(*Loop::open(backend)) {
    const std::vector<int> all = make_sources(count);
    active_ = active_of(all);
    for (const int fd : all) {
      streams_.push_back(*Stream::open(loop_, Handle(fd)));
      ask(streams_.back());
    }
  }
  void run(int events) override {
    done_ = 0;
    wanted_ = events;
    kick(active_[0]);
    if (!loop_.run()) failed("run");
  }

 private:
  void ask(Stream& stream) {
    stream.read([this, &stream](const Result<Bytes>& got) {
      if (!got || got->data.size() != 1) failed("read");
      ask(stream);
      if (++done_ == wanted_) return loop_.stop();
      kick(active_[static_cast<std::size_t>(done_) % active_.size()]);
    });
  }
  Loop loop_;
  std::deque<Stream> streams_;
  std::vector<int> active_;
  int done_ = 0, wanted_ = 0;
};

class OurPair final : public Pair {
 public:
  OurPair(Backend backend, std::size_t size) : loop_(*Loop::open(backend)), message_(size, 'x') {
    const Ends ends = make_ends();
    for (const int fd : {ends.first, ends.second}) {
      streams_.push_back(*Stream::open(loop_, Handle(fd)));
      ask(streams_.back());
    }
  }
  void run(int rounds) override {
    left_ = 2 * rounds;
    streams_[0].write(message_);
    if (!loop_.run()) failed("run");
  }

 private:
  void ask(Stream& stream) {
    stream.read([this, &stream](const Result<Bytes>& got) {
      if (!got || got->end()) failed("read");
      got_ += got->data.size();
      ask(stream);
      if (got_ < message_.size()) return;
      got_ = 0;
      if (--left_ == 0) return loop_.stop();
      stream.write(message_);
    });
  }
  Loop loop_;
  std::deque<Stream> streams_;
  std::string message_;
  std::size_t got_ = 0;
  int left_ = 0;
};

Way ours(const char* name, Backend backend) {
  return {name, [=](int count) { return std::make_unique<OurRig>(backend, count); },
          [=](std::size_t size) { return std::make_unique<OurPair>(backend, size); }};
}

}  // namespace

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"raw epoll_wait", [](int count) { return std::make_unique<RawEpoll>(count); },
       [](std::size_t size) { return std::make_unique<RawPair>(size); }},
      ours("proclab epoll", Backend::epoll),
#ifdef PROCLAB_HAS_LIBUV
      {"libuv", libuv_rig, libuv_pair},
#endif
      {"raw poll", [](int count) { return std::make_unique<RawPoll>(count); }, nullptr},
      ours("proclab poll", Backend::poll),
  };
  return all;
}

const Way* find_way(std::string_view name) {
  for (const Way& way : ways()) {
    if (way.name == name) return &way;
  }
  return nullptr;
}

std::vector<int> make_sources(int count) {
  std::vector<int> all;
  for (int i = 0; i < count; ++i) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) == -1) failed("pipe2");
    // A pipe's file can be opened for both: one descriptor that is reader and writer.
    const std::string path = "/proc/self/fd/" + std::to_string(ends[0]);
    const int both = ::open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (both == -1) failed("open");
    ::close(ends[0]);
    ::close(ends[1]);
    all.push_back(both);
  }
  return all;
}

Ends make_ends() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) failed("socketpair");
  return {ends[0], ends[1]};
}

std::vector<int> active_of(const std::vector<int>& all) {
  std::vector<int> some;
  const std::size_t step = all.size() < 8 ? 1 : all.size() / 8;
  for (std::size_t i = 0; i < all.size() && some.size() < 8; i += step) some.push_back(all[i]);
  return some;
}

void kick(int source) {
  if (::write(source, "x", 1) != 1) failed("write");
}

void failed(const char* what) {
  std::perror(what);
  std::exit(1);
}

}  // namespace proclab::loop::bench
