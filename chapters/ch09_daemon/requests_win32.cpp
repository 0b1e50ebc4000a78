// Chapter 9 · daemon: requests on Windows: named events, which anybody of the same session who
// knows our process id can set; and the console's, where there is one.
#include <windows.h>

#include "chapters/ch07_signals/source.h"
#include "chapters/ch09_daemon/instance_win32.h"
#include "chapters/ch09_daemon/requests.h"

namespace proclab::daemon {

struct Requests::Listener {
  Handle stop;    // stays set: a stop that came is never over
  Handle reload;  // resets itself
  signals::Source console;
};

Requests::Requests(std::unique_ptr<Listener> listener) noexcept : listener_(std::move(listener)) {}
Requests::Requests(Requests&&) noexcept = default;
Requests& Requests::operator=(Requests&&) noexcept = default;
Requests::~Requests() = default;

Result<Requests> Requests::open() {
  Result<signals::Source> console = signals::Source::open(
      {signals::kInterrupt, signals::number_of("SIGBREAK").value(), signals::kHangup});
  if (!console) return console.error();
  Listener listener{{}, {}, std::move(*console)};
  const Pid self = ::GetCurrentProcessId();
  listener.stop = Handle(::CreateEventW(nullptr, TRUE, FALSE, event_name(self, L"stop").c_str()));
  listener.reload =
      Handle(::CreateEventW(nullptr, FALSE, FALSE, event_name(self, L"reload").c_str()));
  if (!listener.stop || !listener.reload) return last_error("CreateEventW");
  return Requests(std::make_unique<Listener>(std::move(listener)));
}

Result<Woke> Requests::wait(Deadline deadline, const std::vector<NativeHandle>& others) {
  std::vector<HANDLE> all{listener_->stop.get(), listener_->console.handle(),
                          listener_->reload.get()};
  all.insert(all.end(), others.begin(), others.end());
  for (;;) {
    const int left = deadline.poll_timeout();
    const DWORD which = ::WaitForMultipleObjects(static_cast<DWORD>(all.size()), all.data(), FALSE,
                                                 left < 0 ? INFINITE : left);
    if (which == WAIT_FAILED) return last_error("WaitForMultipleObjects");
    if (which == WAIT_TIMEOUT && !deadline.passed()) continue;
    if (which == WAIT_TIMEOUT) return Woke{};
    const std::size_t index = which - WAIT_OBJECT_0;
    if (index == 1) {
      const Result<std::optional<signals::Event>> event = listener_->console.next();
      if (!event) return event.error();
      if (!*event) continue;
      ::SetEvent(listener_->stop.get());
    }
    if (index <= 1) return Woke{Request::stop, {}};
    if (index == 2) return Woke{Request::reload, {}};
    return Woke{{}, index - 3};
  }
}

}  // namespace proclab::daemon
