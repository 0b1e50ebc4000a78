// Chapter 13 · cluster: all workers replaced while they serve. Read manager.h, manager.cpp first.
//
// The new one first. It asks for the same place and gets the same socket, so that two serve for a moment; then the
// old one is asked to leave, and finishes what it has. No client meets a closed door.
#include <algorithm>

#include "chapters/ch13_cluster/manager.h"

namespace proclab::cluster {

//> reload
void Manager::reload() {
  if (stopping_) return;
  say("reload");
  last_reload_ = "under way";
  to_replace_.clear();
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    slots_[i].backoff.forget();
    if (slots_[i].worker) {
      if (!replacement_ || replacement_->slot != i) to_replace_.push_back(i);
    } else {
      slots_[i].given_up = false;
      fill(i);
    }
  }
  if (!replacement_) replace_next();
}

void Manager::replace_next() {
  if (replacement_ || stopping_) return;
  if (to_replace_.empty()) {
    last_reload_ = "done";
    return say("reload: done");
  }
  const std::size_t slot = to_replace_.front();
  to_replace_.pop_front();
  if (slot >= slots_.size() || !slots_[slot].worker) return replace_next();
  const Result<WorkerId> worker = start_one();
  if (!worker) return give_reload_up(worker.error().message());
  replacement_.emplace(Replacement{slot, *worker});
}
//< reload

//> ready
void Manager::ready(WorkerId worker) {
  awaited_.erase(worker);
  const std::optional<WorkerInfo> info = primary_.find(worker);
  if (!info || info->servers != 1) return;  // its second server is no news
  say("worker " + std::to_string(worker) + " (pid " + std::to_string(info->pid) + ") is ready");
  if (!replacement_ || replacement_->worker != worker) return;
  Slot& slot = slots_[replacement_->slot];
  replacement_.reset();
  const std::optional<WorkerId> old = std::exchange(slot.worker, worker);
  slot.pause.reset();
  if (old) retire(*old);
  replace_next();
}
//< ready

void Manager::give_reload_up(const std::string& why) {
  say("reload: given up, the old workers stay: " + why);
  last_reload_ = "given up: " + why;
  replacement_.reset();
  to_replace_.clear();
}

}  // namespace proclab::cluster
