// Chapter 5 · benchmark: pipe, sockets, and the two games. Read transports.h first.
#include "chapters/ch05_pipes/bench/transports.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <sched.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/bench/shared_memory.h"
#include "chapters/ch05_pipes/pipe.h"
#include "platform/clock.h"

namespace proclab::pipes::bench {

namespace {

[[noreturn]] void failed(const char* what) {
  std::perror(what);
  std::_Exit(1);
}

/// Bytes through two descriptors: pipe and stream.
class Stream : public Link {
 public:
  Stream(Handle read, Handle write) : read_(std::move(read)), write_(std::move(write)) {}
  void send(const char* bytes, std::size_t size) override {
    while (size > 0) {
      const ssize_t count = ::write(write_.get(), bytes, size);
      if (count <= 0) failed("write");
      bytes += count;
      size -= static_cast<std::size_t>(count);
    }
  }
  void receive(char* room, std::size_t size) override {
    while (size > 0) {
      const ssize_t count = ::read(read_.get(), room, size);
      if (count <= 0) failed("read");
      room += count;
      size -= static_cast<std::size_t>(count);
    }
  }

 private:
  Handle read_, write_;
};

/// 0: the usual 64 KiB, which one message of 64 KiB fills.
template <std::size_t kCapacity = 0>
std::unique_ptr<Link> make_pipe_link() {
  Result<Pipe> pipe = make_pipe(Async::none, kCapacity);
  if (!pipe) failed("pipe");
  return std::make_unique<Stream>(std::move(pipe->read), std::move(pipe->write));
}

/// Datagrams and seqpackets come whole, so the same code serves: its loops end after one turn.
template <int kType>
std::unique_ptr<Link> make_socket_link() {
  int ends[2];
  if (::socketpair(AF_UNIX, kType | SOCK_CLOEXEC, 0, ends) == -1) failed("socketpair");
  return std::make_unique<Stream>(Handle(ends[0]), Handle(ends[1]));
}

/// A fork that plays `part` and is buried.
template <class Part>
class Partner {
 public:
  explicit Partner(Part part) : pid_(::fork()) {
    if (pid_ == -1) failed("fork");
    if (pid_ == 0) part(), std::_Exit(0);
  }
  ~Partner() {
    int status = 0;
    while (::waitpid(pid_, &status, 0) == -1 && errno == EINTR) {
    }
    if (status != 0) std::fprintf(stderr, "the partner failed\n"), std::_Exit(1);
  }
  Partner(const Partner&) = delete;
  Partner& operator=(const Partner&) = delete;

 private:
  pid_t pid_;
};

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

/// This thread, and who it forks, on one core; put back at the end.
class OneCore {
 public:
  OneCore() {
    ::sched_getaffinity(0, sizeof before_, &before_);
    cpu_set_t one;
    CPU_ZERO(&one);
    int core = 0;
    while (core < CPU_SETSIZE - 1 && !CPU_ISSET(core, &before_)) ++core;
    CPU_SET(core, &one);
    ::sched_setaffinity(0, sizeof one, &one);
  }
  ~OneCore() { ::sched_setaffinity(0, sizeof before_, &before_); }
  OneCore(const OneCore&) = delete;
  OneCore& operator=(const OneCore&) = delete;

 private:
  cpu_set_t before_{};
};

}  // namespace

const std::vector<Transport>& transports() {
  static const std::vector<Transport> all = {
      {"Unix stream", make_socket_link<SOCK_STREAM>, false},
      {"Unix stream, batched", make_socket_link<SOCK_STREAM>, true},
      {"Unix datagram", make_socket_link<SOCK_DGRAM>, false},
      {"Unix seqpacket", make_socket_link<SOCK_SEQPACKET>, false},
      {"pipe", make_pipe_link<>, false},
      {"pipe, batched", make_pipe_link<>, true},
      {"pipe of 1 MiB", make_pipe_link<1 << 20>, false},
      {"shared memory, futex", make_shared_memory, false},
  };
  return all;
}

double one_way(const Transport& transport, std::size_t size, int count) {
  const std::unique_ptr<Link> there = transport.make(), go = make_pipe_link<>();
  const std::size_t batch = transport.batched ? std::max<std::size_t>(1, 65536 / size) : 1;
  const int turns = std::max<int>(1, count / static_cast<int>(batch));
  std::string block(size * batch, 'x');
  const Partner sender([&] {
    char byte;
    go->receive(&byte, 1);
    for (int i = 0; i < turns; ++i) there->send(block.data(), block.size());
  });
  const auto begin = Clock::now();
  go->send("!", 1);
  for (int i = 0; i < turns; ++i) there->receive(block.data(), block.size());
  return seconds_since(begin) / (static_cast<double>(turns) * static_cast<double>(batch));
}

double ping_pong(const Transport& transport, std::size_t size, int count) {
  const OneCore pinned;
  const std::unique_ptr<Link> there = transport.make(), back = transport.make();
  std::string block(size, 'x');
  const Partner partner([&] {
    for (int i = 0; i <= count; ++i) {
      there->receive(block.data(), size);
      back->send(block.data(), size);
    }
  });
  const auto turn = [&] {
    there->send(block.data(), size);
    back->receive(block.data(), size);
  };
  turn();  // both are up
  const auto begin = Clock::now();
  for (int i = 0; i < count; ++i) turn();
  return seconds_since(begin) / count;
}

}  // namespace proclab::pipes::bench
