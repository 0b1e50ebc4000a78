// Chapter 9 · daemon: requests on POSIX: signals made events (chapter 7), in one poll with the
// rest.
#include <cerrno>

#include <poll.h>

#include "chapters/ch07_signals/source.h"
#include "chapters/ch09_daemon/requests.h"

namespace proclab::daemon {

struct Requests::Listener {
  signals::Source source;
  bool stopping = false;

  /// The most urgent of what came: many reloads are one, and a stop makes them idle.
  Result<std::optional<Request>> next() {
    std::optional<Request> request;
    for (;;) {
      const Result<std::optional<signals::Event>> event = source.next();
      if (!event) return event.error();
      if (!*event) break;
      if ((*event)->signal == signals::kHangup) request = Request::reload;
      if ((*event)->signal != signals::kHangup) stopping = true;
    }
    if (stopping) request = Request::stop;
    return request;
  }
};

Requests::Requests(std::unique_ptr<Listener> listener) noexcept : listener_(std::move(listener)) {}
Requests::Requests(Requests&&) noexcept = default;
Requests& Requests::operator=(Requests&&) noexcept = default;
Requests::~Requests() = default;

Result<Requests> Requests::open() {
  Result<signals::Source> source =
      signals::Source::open({signals::kTerminate, signals::kInterrupt, signals::kHangup});
  if (!source) return source.error();
  return Requests(std::make_unique<Listener>(Listener{std::move(*source)}));
}

//> wait
Result<Woke> Requests::wait(Deadline deadline, const std::vector<NativeHandle>& others) {
  std::vector<pollfd> all{{listener_->source.handle(), POLLIN, 0}};
  for (const NativeHandle other : others) all.push_back({other, POLLIN, 0});
  for (;;) {
    const Result<std::optional<Request>> request = listener_->next();
    if (!request) return request.error();
    if (*request) return Woke{*request, {}};
    const bool passed = deadline.passed();  // asked before the poll: even then it is made once
    const int ready = ::poll(all.data(), all.size(), deadline.poll_timeout());
    if (ready == -1 && errno != EINTR) return last_error("poll");
    if (ready > 0 && all[0].revents == 0) {
      for (std::size_t i = 1; i < all.size(); ++i) {
        if (all[i].revents != 0) return Woke{{}, i - 1};
      }
    }
    if (ready == 0 && passed) return Woke{};
  }
}
//< wait

}  // namespace proclab::daemon
