// Chapter 7 · signals: console events turned into events, on Windows.
//
// A console tells its processes of Ctrl-C, Ctrl-Break and the end of its window. The system starts a *thread*
// in the process, which calls the handlers. So nothing is interrupted, a handler may lock and
// allocate, and what it does races with everything else. Here it fills a queue and sets an event. Read
// source.h before. Meets: SetConsoleCtrlHandler, CreateEventW, SetEvent, WaitForSingleObject.
#include "chapters/ch07_signals/source.h"

#include <windows.h>

#include <deque>
#include <map>
#include <mutex>

#include "chapters/ch07_signals/listener.h"
#include "platform/handle.h"

namespace proclab::signals {
namespace {

/// libuv's table, and so Node's. Log-off and shutdown reach services alone; those hear of it elsewhere.
int signal_of(DWORD event) {
  switch (event) {
    case CTRL_C_EVENT: return kInterrupt;
    case CTRL_BREAK_EVENT: return number_of("SIGBREAK").value();
    case CTRL_CLOSE_EVENT: return kHangup;
    default: return 0;
  }
}

class Console;
std::mutex g_lock;
std::map<int, Console*> g_listeners;

class Console final : public Source::Listener {
 public:
  explicit Console(const std::vector<int>& signals)
      : signals_(signals), event_(::CreateEventW(nullptr, TRUE, FALSE, nullptr)) {}

  Result<void> begin() {
    if (!event_) return last_error("CreateEventW");
    if (Result<void> r = have_handler(); !r) return r;
    const std::lock_guard lock(g_lock);
    for (const int signal : signals_) g_listeners[signal] = this;
    return {};
  }

  ~Console() override {
    const std::lock_guard lock(g_lock);
    std::erase_if(g_listeners, [&](const auto& entry) { return entry.second == this; });
  }

  [[nodiscard]] NativeHandle handle() const override { return event_.get(); }

  Result<std::size_t> read(std::span<Event> room) override {
    const std::lock_guard lock(g_lock);
    std::size_t count = 0;
    for (; count < room.size() && !unread_.empty(); ++count) {
      room[count] = {unread_.front()};
      unread_.pop_front();
    }
    if (unread_.empty())
      ::ResetEvent(event_.get());  // under the lock, or a SetEvent could be undone
    return count;
  }

 private:
  //> have-handler
  /// One handler for the whole process. It is never taken out: the system holds a lock of its own while a
  /// handler runs, and whoever wants to take one out waits for that, behind a window that is being
  /// closed for ever. Without a listener it says "not mine", which is as if it were not there.
  static Result<void> have_handler() {
    static std::mutex one_at_a_time;  // not g_lock: on_event() wants that, under the system's lock
    const std::lock_guard opening(one_at_a_time);
    {
      const std::lock_guard lock(g_lock);
      if (!g_listeners.empty()) return {};
    }
    // A new console (AllocConsole) may have forgotten it; and twice in the list it shall not stand.
    ::SetConsoleCtrlHandler(on_event, FALSE);
    if (!::SetConsoleCtrlHandler(on_event, TRUE)) return last_error("SetConsoleCtrlHandler");
    return {};
  }
  //< have-handler

  //> on-event
  static BOOL WINAPI on_event(DWORD event) {
    {
      const std::lock_guard lock(g_lock);
      const auto listener = g_listeners.find(signal_of(event));
      if (listener == g_listeners.end()) return FALSE;  // the next handler's; the last one ends us
      Console& source = *listener->second;
      source.unread_.push_back(listener->first);
      ::SetEvent(source.event_.get());
    }
    // The window is being closed: when this returns, the process is ended. As long as it does not, there
    // are some seconds to clean up; so it never does. Node does the same.
    if (event == CTRL_CLOSE_EVENT) ::Sleep(INFINITE);
    return TRUE;
  }
  //< on-event

  std::vector<int> signals_;
  Handle event_;
  std::deque<int> unread_;  // under g_lock
};

}  // namespace

bool can_listen(int signal) {
  return signal == kInterrupt || signal == kHangup || name_of(signal) == "SIGBREAK";
}

Listening listen_for(const std::vector<int>& signals, Way way) {
  if (way != Way::automatic) {
    return make_error("way", std::errc::not_supported, "Windows has console events alone");
  }
  auto console = std::make_unique<Console>(signals);
  if (Result<void> r = console->begin(); !r) return r.error();
  return std::unique_ptr<Source::Listener>(std::move(console));
}

Result<void> wait_readable(NativeHandle handle, Deadline deadline) {
  const int left = deadline.poll_timeout();
  const DWORD woken = ::WaitForSingleObject(handle, left < 0 ? INFINITE : static_cast<DWORD>(left));
  if (woken == WAIT_FAILED) return last_error("WaitForSingleObject");
  return {};
}

}  // namespace proclab::signals
