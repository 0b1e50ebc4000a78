// Chapter 8 · reaping: the reaper on Windows: the system's thread pool waits, we are told.
//
// WaitForMultipleObjects takes 64 handles. RegisterWaitForSingleObject takes any number: the pool's
// threads wait for them and call us. A job's completion port would tell of ends too, but its
// messages are not promised (MSDN: JOBOBJECT_ASSOCIATE_COMPLETION_PORT). Read before: reaper.h.
#include <windows.h>

#include <algorithm>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <vector>

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
  std::unordered_map<const Watched*, std::unique_ptr<Watched>> watched;
  std::mutex mutex;
  std::deque<const Watched*> ended;  // guarded by mutex: written by the pool

  static void CALLBACK on_end(void* context, BOOLEAN) {
    const auto* child = static_cast<Watched*>(context);
    const std::lock_guard lock(child->state->mutex);
    child->state->ended.push_back(child);
    ::SetEvent(child->state->ready.get());
  }

  /// No callback comes any more, and none runs. With INVALID_HANDLE_VALUE the call waits for that.
  static void silence(const Watched& child) {
    ::UnregisterWaitEx(child.wait, INVALID_HANDLE_VALUE);
  }

  ~State() {
    for (const auto& [child, owner] : watched) silence(*child);
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
  Result<Handle> process = reaping::watch(child);
  if (!process) return process.error();
  auto one =
      std::make_unique<State::Watched>(State::Watched{state_.get(), key, std::move(*process)});
  if (!::RegisterWaitForSingleObject(&one->wait, one->process.get(), State::on_end, one.get(),
                                     INFINITE, WT_EXECUTEONLYONCE)) {
    return last_error("RegisterWaitForSingleObject");
  }
  state_->watched.emplace(one.get(), std::move(one));
  return {};
}
//< watch

void Reaper::forget(Key key) {
  std::erase_if(state_->watched, [&](const auto& one) {
    const State::Watched* const child = one.first;
    if (child->key != key) return false;
    State::silence(*child);
    const std::lock_guard lock(state_->mutex);  // it may have ended, and not been told yet
    std::erase(state_->ended, child);
    if (state_->ended.empty()) ::ResetEvent(state_->ready.get());
    return true;
  });
}

//> next
Result<std::size_t> Reaper::next(std::span<Key> ended, Deadline deadline) {
  if (ended.empty()) return make_error("next", std::errc::invalid_argument, "no room for a key");
  for (;;) {
    const Result<bool> ready = wait_ended(state_->ready.get(), deadline);
    if (!ready) return ready.error();
    if (!*ready) return std::size_t{0};
    std::vector<const State::Watched*> told;
    {
      const std::lock_guard lock(state_->mutex);
      for (; told.size() < ended.size() && !state_->ended.empty(); state_->ended.pop_front()) {
        told.push_back(state_->ended.front());
      }
      if (state_->ended.empty()) ::ResetEvent(state_->ready.get());
    }
    for (std::size_t i = 0; i < told.size(); ++i) {
      ended[i] = told[i]->key;
      State::silence(*told[i]);  // without the lock: it waits
      state_->watched.erase(told[i]);
    }
    if (!told.empty()) return told.size();
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
