// Chapter 8 · reaping: the reaper on Linux: a pidfd for each child, in one epoll.
//
// epoll keeps a list of what has become ready, so asking costs as much as there is to tell. A
// waitpid(-1) walks the list of all children instead, and a waitpid for each child is a system call
// for each. Read before: reaper.h. Meets: epoll_create1, epoll_ctl, epoll_wait.
#include <algorithm>
#include <cerrno>
#include <vector>

#include <sys/epoll.h>
#include <unistd.h>

#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

struct Reaper::State {
  struct Watched {
    Handle pidfd;
    Key key = 0;
  };
  Handle epoll;
  // Each at the place that its pidfd's number names, and epoll tells that number: what has ended is found by one look.
  // The kernel gives the lowest number that is free, so there are not many empty places.
  std::vector<Watched> by_number;
  std::size_t count = 0;
};

Result<Reaper> Reaper::make() {
  auto state = std::make_unique<State>();
  state->epoll = Handle(::epoll_create1(EPOLL_CLOEXEC));
  if (!state->epoll) return last_error("epoll_create1");
  return Reaper(std::move(state));
}

//> watch
Result<void> Reaper::watch(const spawn::Process& child, Key key) {
  Result<Handle> pidfd = reaping::watch(child);
  if (!pidfd) {
    Error why = pidfd.error();
    if (why.code == std::errc::too_many_files_open) {
      why.detail = std::to_string(watched()) + " children are watched, a descriptor each";
    }
    return why;
  }
  // Once told, it is silent, whoever else may still hold a copy of the pidfd: closing it is enough.
  epoll_event event{EPOLLIN | EPOLLONESHOT, {.fd = pidfd->get()}};
  if (::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, pidfd->get(), &event) == -1) {
    return last_error("epoll_ctl");
  }
  const auto number = static_cast<std::size_t>(pidfd->get());
  if (number >= state_->by_number.size()) state_->by_number.resize(number + 1);
  state_->by_number[number] = {std::move(*pidfd), key};
  ++state_->count;
  return {};
}
//< watch

void Reaper::forget(Key key) {
  for (State::Watched& one : state_->by_number) {
    if (!one.pidfd || one.key != key) continue;
    // Removed first, then closed: epoll watches the open description, and a fork may still hold a copy of it. Then we
    // would be told of a number that is another child's by now.
    ::epoll_ctl(state_->epoll.get(), EPOLL_CTL_DEL, one.pidfd.get(), nullptr);
    one.pidfd.close();
    --state_->count;
  }
}

//> next
Result<std::size_t> Reaper::next(std::span<Key> ended, Deadline deadline) {
  epoll_event events[128];
  const int room = static_cast<int>(std::min(ended.size(), std::size(events)));
  if (room == 0) return make_error("next", std::errc::invalid_argument, "no room for a key");
  for (;;) {
    const int count = ::epoll_wait(state_->epoll.get(), events, room, deadline.poll_timeout());
    if (count == -1 && errno != EINTR) return last_error("epoll_wait");
    for (int i = 0; i < count; ++i) {
      State::Watched& one = state_->by_number[static_cast<std::size_t>(events[i].data.fd)];
      ended[i] = one.key;
      one.pidfd.close();
      --state_->count;
    }
    if (count > 0) return static_cast<std::size_t>(count);
    if (deadline.passed()) return std::size_t{0};
  }
}
//< next

NativeHandle Reaper::native() const { return state_->epoll.get(); }
std::size_t Reaper::watched() const { return state_->count; }

Reaper::Reaper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reaper::Reaper(Reaper&&) noexcept = default;
Reaper& Reaper::operator=(Reaper&&) noexcept = default;
Reaper::~Reaper() = default;

}  // namespace proclab::reaping
