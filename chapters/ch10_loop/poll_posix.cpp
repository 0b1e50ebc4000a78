// Chapter 10 · loop: the selector that every POSIX system has. Read engine_posix.h first.
//
// poll(2) is given the whole list at every call. The kernel asks each descriptor on it, and we look at each
// answer: with 10,000 sources of which one has something, that is 20,000 looks for one event.
// Meets: poll.
#include <cerrno>

#include <poll.h>

#include "chapters/ch10_loop/engine_posix.h"

namespace proclab::loop {
namespace {

short to_poll(unsigned what) {
  return static_cast<short>(((what & kIn) != 0 ? POLLIN : 0) | ((what & kOut) != 0 ? POLLOUT : 0));
}

unsigned from_poll(short what) {
  return ((what & POLLIN) != 0 ? kIn : 0) | ((what & POLLOUT) != 0 ? kOut : 0) |
         ((what & (POLLHUP | POLLERR | POLLNVAL)) != 0 ? kBroken : 0);
}

class Poll final : public Selector {
 public:
  Result<void> watch(int fd, std::uint32_t generation, unsigned before, unsigned now) override {
    const auto index = static_cast<std::size_t>(fd);
    if (place_.size() <= index) place_.resize(index + 1);
    if (before == 0) {
      place_[index] = list_.size();
      list_.push_back({fd, 0, 0});
      generations_.push_back(generation);
    }
    list_[place_[index]].events = to_poll(now);
    if (now == 0) remove(place_[index]);
    return {};
  }

  //> wait
  Result<void> wait(int timeout, std::vector<Event>& events) override {
    int ready = ::poll(list_.data(), static_cast<nfds_t>(list_.size()), timeout);
    if (ready == -1) return errno == EINTR ? Result<void>{} : last_error("poll");
    for (std::size_t i = 0; ready > 0 && i < list_.size(); ++i) {
      if (list_[i].revents == 0) continue;
      --ready;
      events.push_back({list_[i].fd, generations_[i], from_poll(list_[i].revents)});
    }
    return {};
  }
  //< wait

 private:
  void remove(std::size_t at) {  // the last one takes the place: order means nothing here
    place_[static_cast<std::size_t>(list_.back().fd)] = at;
    list_[at] = list_.back();
    generations_[at] = generations_.back();
    list_.pop_back();
    generations_.pop_back();
  }

  std::vector<pollfd> list_;
  std::vector<std::uint32_t> generations_;  // beside list_
  std::vector<std::size_t> place_;          // by descriptor: where it stands in list_
};

}  // namespace

std::unique_ptr<Selector> make_poll() { return std::make_unique<Poll>(); }

}  // namespace proclab::loop
