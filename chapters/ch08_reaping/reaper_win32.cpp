// Chapter 8 · reaping: the reaper on Windows: the system's thread pool waits, we are told.
//
// WaitForMultipleObjects takes 64 handles. RegisterWaitForSingleObject takes any number: the pool's
// threads wait for them and call us. A job's completion port would tell of ends too, but its messages
// are not promised (MSDN: JOBOBJECT_ASSOCIATE_COMPLETION_PORT). Read before: reaper.h.
#include <windows.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>

#include "chapters/ch08_reaping/reaper.h"
#include "chapters/ch08_reaping/watch.h"

namespace proclab::reaping {

struct Reaper::State {
  /// What a callback needs: it runs on a thread of the pool, at any time until it is unregistered.
  struct Watched {
    State* state;
    Key key;
    Handle process;
    HANDLE wait = nullptr;
  };

  Handle ready;  // manual-reset: set as long as `ended` is not empty
  std::unordered_map<Key, std::unique_ptr<Watched>> watched;
  std::mutex mutex;
  std::deque<Key> ended;  // guarded by mutex: written by the pool

  static void CALLBACK on_end(void* context, BOOLEAN) {
    const auto* child = static_cast<Watched*>(context);
    const std::lock_guard lock(child->state->mutex);
    child->state->ended.push_back(child->key);
    ::SetEvent(child->state->ready.get());
  }

  void drop(Key key) {
    const auto child = watched.find(key);
    if (child == watched.end()) return;
    // INVALID_HANDLE_VALUE: returns when no callback runs any more. Without, it could still write.
    ::UnregisterWaitEx(child->second->wait, INVALID_HANDLE_VALUE);
    watched.erase(child);
  }

  ~State() {
    while (!watched.empty()) drop(watched.begin()->first);
  }
};

Result<Reaper> Reaper::make() {
  auto state = std::make_unique<State>();
  state->ready = Handle(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  if (!state->ready) return last_error("CreateEventW");
  return Reaper(std::move(state));
}

//> watch
Result<void> Reaper::watch(const spawn::Process& child, Key key) {
  if (state_->watched.contains(key)) return make_error("watch", std::errc::file_exists);
  Result<Handle> process = reaping::watch(child);
  if (!process) return process.error();
  auto one =
      std::make_unique<State::Watched>(State::Watched{state_.get(), key, std::move(*process)});
  if (!::RegisterWaitForSingleObject(&one->wait, one->process.get(), State::on_end, one.get(),
                                     INFINITE, WT_EXECUTEONLYONCE)) {
    return last_error("RegisterWaitForSingleObject");
  }
  state_->watched.emplace(key, std::move(one));
  return {};
}
//< watch

void Reaper::forget(Key key) {
  state_->drop(key);
  const std::lock_guard lock(state_->mutex);  // it may have ended, and not been told yet
  std::erase(state_->ended, key);
  if (state_->ended.empty()) ::ResetEvent(state_->ready.get());
}

//> next
Result<std::size_t> Reaper::next(std::span<Key> ended, Deadline deadline) {
  if (ended.empty()) return make_error("next", std::errc::invalid_argument, "no room for a key");
  for (;;) {
    const Result<bool> ready = wait_ended(state_->ready.get(), deadline);
    if (!ready) return ready.error();
    if (!*ready) return std::size_t{0};
    std::size_t count = 0;
    {
      const std::lock_guard lock(state_->mutex);
      for (; count < ended.size() && !state_->ended.empty(); state_->ended.pop_front()) {
        ended[count++] = state_->ended.front();
      }
      if (state_->ended.empty()) ::ResetEvent(state_->ready.get());
    }
    for (const Key key : ended.first(count)) state_->drop(key);  // without the lock: it waits
    if (count > 0) return count;
  }
}
//< next

NativeHandle Reaper::native() const { return state_->ready.get(); }
std::size_t Reaper::watched() const { return state_->watched.size(); }

Reaper::Reaper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reaper::Reaper(Reaper&&) noexcept = default;
Reaper& Reaper::operator=(Reaper&&) noexcept = default;
Reaper::~Reaper() = default;

}  // namespace proclab::reaping
