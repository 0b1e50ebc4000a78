// Chapter 12 · child_process: "never mind": one word that ends whatever still listens to it.
//
// Question: a request is over, and somewhere below it three programs run. Who tells them? Node:
// AbortController.
#pragma once

#include <functional>
#include <list>
#include <memory>

namespace proclab::child_process {

/// What is handed down to those who shall stop. Copies are the same signal. One thread.
class AbortSignal {
 public:
  [[nodiscard]] bool aborted() const { return state_->aborted; }

  /// Someone who listens, as long as this lives.
  class Listener {
   public:
    Listener() = default;
    void reset() { call_.reset(); }

   private:
    friend class AbortSignal;
    std::shared_ptr<std::function<void()>> call_;
  };
  /// Calls `call` within abort(), once. Not any more if that has been.
  [[nodiscard]] Listener listen(std::function<void()> call) const {
    Listener listener;
    listener.call_ = std::make_shared<std::function<void()>>(std::move(call));
    state_->calls.remove_if([](const auto& one) { return one.expired(); });
    state_->calls.push_back(listener.call_);
    return listener;
  }

 private:
  friend class AbortController;
  struct State {
    bool aborted = false;
    std::list<std::weak_ptr<std::function<void()>>> calls;
  };
  explicit AbortSignal(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

/// Who says it. One thread.
class AbortController {
 public:
  [[nodiscard]] AbortSignal signal() const { return AbortSignal(state_); }
  /// Tells all who listen, once. Again: nothing.
  void abort() {
    if (std::exchange(state_->aborted, true)) return;
    for (const auto& weak : std::exchange(state_->calls, {})) {
      if (const auto call = weak.lock()) (*call)();
    }
  }

 private:
  std::shared_ptr<AbortSignal::State> state_ = std::make_shared<AbortSignal::State>();
};

}  // namespace proclab::child_process
