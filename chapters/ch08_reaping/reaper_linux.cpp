// Chapter 8 · reaping: the reaper on Linux: a pidfd for each child, in one epoll.
//
// epoll keeps a list of what has become ready, so asking costs as much as there is to tell. A
// waitpid(-1) walks the list of all children instead, and a waitpid for each child is a system call
// for each. Read before: reaper.h. Meets: epoll_create1, epoll_ctl, epoll_wait.
#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include <sys/epoll.h>
#include <unistd.h>

#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

struct Reaper::State {
  Handle epoll;
  std::unordered_map<Key, Handle> pidfds;
};

Result<Reaper> Reaper::make() {
  auto state = std::make_unique<State>();
  state->epoll = Handle(::epoll_create1(EPOLL_CLOEXEC));
  if (!state->epoll) return last_error("epoll_create1");
  return Reaper(std::move(state));
}

//> watch
Result<void> Reaper::watch(const spawn::Process& child, Key key) {
  if (state_->pidfds.contains(key)) return make_error("watch", std::errc::file_exists);
  Result<Handle> pidfd = reaping::watch(child);
  if (!pidfd) {
    Error why = pidfd.error();
    if (why.code == std::errc::too_many_files_open) {
      why.detail = std::to_string(watched()) + " children are watched, a descriptor each";
    }
    return why;
  }
  // Once told, it is silent, whoever else may still hold a copy of the pidfd: closing it is enough.
  epoll_event event{EPOLLIN | EPOLLONESHOT, {.u64 = key}};
  if (::epoll_ctl(state_->epoll.get(), EPOLL_CTL_ADD, pidfd->get(), &event) == -1) {
    return last_error("epoll_ctl");
  }
  state_->pidfds.emplace(key, std::move(*pidfd));
  return {};
}
//< watch

void Reaper::forget(Key key) {
  const auto watched = state_->pidfds.find(key);
  if (watched == state_->pidfds.end()) return;
  // Removed first, then closed: epoll watches the open description, and a fork between our
  // pidfd_open and its own exec may still hold a copy of it. Then we would be told of a key that is
  // long gone.
  ::epoll_ctl(state_->epoll.get(), EPOLL_CTL_DEL, watched->second.get(), nullptr);
  state_->pidfds.erase(watched);
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
      ended[i] = events[i].data.u64;
      state_->pidfds.erase(ended[i]);
    }
    if (count > 0) return static_cast<std::size_t>(count);
    if (deadline.passed()) return std::size_t{0};
  }
}
//< next

NativeHandle Reaper::native() const { return state_->epoll.get(); }
std::size_t Reaper::watched() const { return state_->pidfds.size(); }

Reaper::Reaper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reaper::Reaper(Reaper&&) noexcept = default;
Reaper& Reaper::operator=(Reaper&&) noexcept = default;
Reaper::~Reaper() = default;

}  // namespace proclab::reaping
