// Chapter 8 · reaping: the reaper on macOS: one kqueue, no descriptor for a child. Compiled, not
// run.
//
// Read before: reaper.h, and reaper_linux.cpp for the idea. Meets: kqueue, kevent (EVFILT_PROC).
#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include <fcntl.h>
#include <sys/event.h>

#include "chapters/ch08_reaping/reaper.h"

namespace proclab::reaping {

struct Reaper::State {
  Handle queue;
  std::unordered_map<Pid, Key> keys;

  int change(std::uintptr_t ident, std::int16_t filter, std::uint16_t flags, std::uint32_t fflags,
             Key key) const {
    struct kevent event;
    EV_SET(&event, ident, filter, flags, fflags, 0, reinterpret_cast<void*>(key));
    return ::kevent(queue.get(), &event, 1, nullptr, 0, nullptr);
  }
};

Result<Reaper> Reaper::make() {
  auto state = std::make_unique<State>();
  state->queue = Handle(::kqueue());
  if (!state->queue) return last_error("kqueue");
  if (::fcntl(state->queue.get(), F_SETFD, FD_CLOEXEC) == -1) return last_error("fcntl");
  return Reaper(std::move(state));
}

Result<void> Reaper::watch(const spawn::Process& child, Key key) {
  if (!child.owes_wait()) return make_error("watch", std::errc::no_child_process);
  const auto pid = static_cast<std::uintptr_t>(child.pid());
  if (state_->change(pid, EVFILT_PROC, EV_ADD | EV_ONESHOT, NOTE_EXIT, key) == -1) {
    if (errno != ESRCH) return last_error("kevent");
    // A zombie already: XNU attaches to living processes only. So we put the news in ourselves.
    if (state_->change(pid, EVFILT_USER, EV_ADD | EV_ONESHOT, 0, key) == -1 ||
        state_->change(pid, EVFILT_USER, 0, NOTE_TRIGGER, key) == -1) {
      return last_error("kevent");
    }
  }
  state_->keys.insert_or_assign(child.pid(), key);
  return {};
}

void Reaper::forget(Key key) {
  std::erase_if(state_->keys, [&](const auto& one) {
    if (one.second != key) return false;
    const auto pid = static_cast<std::uintptr_t>(one.first);
    state_->change(pid, EVFILT_PROC, EV_DELETE, 0, key);  // ENOENT when it was a zombie
    state_->change(pid, EVFILT_USER, EV_DELETE, 0, key);
    return true;
  });
}

Result<std::size_t> Reaper::next(std::span<Key> ended, Deadline deadline) {
  struct kevent events[128];
  const int room = static_cast<int>(std::min(ended.size(), std::size(events)));
  if (room == 0) return make_error("next", std::errc::invalid_argument, "no room for a key");
  for (;;) {
    const int left = deadline.poll_timeout();
    const timespec span{left / 1000, left % 1000 * 1'000'000L};
    const int count =
        ::kevent(state_->queue.get(), nullptr, 0, events, room, left < 0 ? nullptr : &span);
    if (count == -1 && errno != EINTR) return last_error("kevent");
    for (int i = 0; i < count; ++i) {
      ended[i] = reinterpret_cast<Key>(events[i].udata);
      state_->keys.erase(static_cast<Pid>(events[i].ident));
    }
    if (count > 0) return static_cast<std::size_t>(count);
    if (deadline.passed()) return std::size_t{0};
  }
}

NativeHandle Reaper::native() const { return state_->queue.get(); }
std::size_t Reaper::watched() const { return state_->keys.size(); }

Reaper::Reaper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reaper::Reaper(Reaper&&) noexcept = default;
Reaper& Reaper::operator=(Reaper&&) noexcept = default;
Reaper::~Reaper() = default;

}  // namespace proclab::reaping
