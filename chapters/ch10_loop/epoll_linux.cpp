// Chapter 10 · loop: Linux's selector. Read engine_posix.h first, poll_posix.cpp beside.
//
// epoll keeps the list in the kernel, and each descriptor on it puts itself on a second list when something
// happens to it. Waiting takes from the second list: what is quiet costs nothing. The price is a system call
// for each change of what one waits for, so a source that asks again from its callback changes nothing.
// Meets: epoll_create1, epoll_ctl, epoll_wait.
#include <cerrno>

#include <sys/epoll.h>

#include "chapters/ch10_loop/engine_posix.h"

namespace proclab::loop {
namespace {

std::uint32_t to_epoll(unsigned what) {
  return ((what & kIn) != 0 ? EPOLLIN : 0U) | ((what & kOut) != 0 ? EPOLLOUT : 0U);
}

unsigned from_epoll(std::uint32_t what) {
  return ((what & EPOLLIN) != 0 ? kIn : 0) | ((what & EPOLLOUT) != 0 ? kOut : 0) |
         ((what & (EPOLLHUP | EPOLLERR)) != 0 ? kBroken : 0);
}

class Epoll final : public Selector {
 public:
  explicit Epoll(Handle epoll) : epoll_(std::move(epoll)) {}

  //> watch
  Result<void> watch(int fd, std::uint32_t generation, unsigned before, unsigned now) override {
    epoll_event event{to_epoll(now),
                      {.u64 = std::uint64_t{generation} << 32 | static_cast<std::uint32_t>(fd)}};
    // Taken off the list, not left on it for nothing: EPOLLHUP is told even to who asks for nothing, at
    // every wait, for ever. And a descriptor that is closed while a forked child has a copy stays on it.
    const int change = now == 0 ? EPOLL_CTL_DEL : before == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
    if (::epoll_ctl(epoll_.get(), change, fd, &event) == -1) return last_error("epoll_ctl");
    return {};
  }
  //< watch

  //> wait
  Result<void> wait(int timeout, std::vector<Event>& events) override {
    // More than fit are told the next time, and those first: the kernel goes round its list.
    epoll_event found[kMost];
    const int count = ::epoll_wait(epoll_.get(), found, kMost, timeout);
    if (count == -1) return errno == EINTR ? Result<void>{} : last_error("epoll_wait");
    for (int i = 0; i < count; ++i) {
      const std::uint64_t who = found[i].data.u64;
      events.push_back({static_cast<int>(who & 0xffffffff), static_cast<std::uint32_t>(who >> 32),
                        from_epoll(found[i].events)});
    }
    return {};
  }
  //< wait

 private:
  static constexpr int kMost = 512;
  Handle epoll_;
};

}  // namespace

std::vector<Backend> backends() { return {Backend::epoll, Backend::poll}; }

Result<std::unique_ptr<Selector>> make_epoll() {
  Handle epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return last_error("epoll_create1");
  return std::unique_ptr<Selector>(std::make_unique<Epoll>(std::move(epoll)));
}

}  // namespace proclab::loop
