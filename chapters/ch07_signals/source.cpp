// Chapter 7 · signals: what is the same in every Source: one owner for a signal, and how it is read.
#include "chapters/ch07_signals/source.h"

#include <algorithm>
#include <array>
#include <atomic>

#include "chapters/ch07_signals/listener.h"

namespace proclab::signals {
namespace {

/// A disposition belongs to the process, so who owns it must be known to the process.
std::array<std::atomic<bool>, 128> g_owned;

Error cannot(int signal) {
  const std::string name = name_of(signal);
  return make_error(
      "signals", std::errc::invalid_argument,
      name.empty() ? std::to_string(signal) + " is no signal" : name + " cannot be listened for");
}

}  // namespace

//> claim
Result<Claim> Claim::take(const std::vector<int>& signals) {
  Claim claim;
  for (const int signal : signals) {
    if (g_owned[static_cast<std::size_t>(signal)].exchange(true)) {
      return make_error("signals", std::errc::device_or_resource_busy,
                        name_of(signal) + " has a Source already");
    }
    claim.signals_.push_back(signal);  // one by one, so that a failure gives back what it took
  }
  return claim;
}

void Claim::give_back() noexcept {
  for (const int signal : signals_) g_owned[static_cast<std::size_t>(signal)] = false;
  signals_.clear();
}
//< claim

Claim& Claim::operator=(Claim&& other) noexcept {
  if (this == &other) return *this;
  give_back();
  signals_ = std::exchange(other.signals_, {});
  return *this;
}

Source::Source(std::unique_ptr<Listener> listener) noexcept : listener_(std::move(listener)) {}
Source::Source(Source&&) noexcept = default;
Source& Source::operator=(Source&&) noexcept = default;
Source::~Source() = default;

//> open
Result<Source> Source::open(const std::vector<int>& signals, Way way) {
  std::vector<int> wanted = signals;
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  if (wanted.empty()) {
    return make_error("signals", std::errc::invalid_argument, "there is none to listen for");
  }
  for (const int signal : wanted) {
    if (!can_listen(signal)) return cannot(signal);
  }
  Result<Claim> claim = Claim::take(wanted);
  if (!claim) return claim.error();
  Listening listener = listen_for(wanted, way);
  if (!listener) return listener.error();
  (*listener)->claim = std::move(*claim);
  return Source(std::move(listener).value());
}
//< open

NativeHandle Source::handle() const { return listener_->handle(); }

Result<std::optional<Event>> Source::next() {
  Event event;
  const Result<std::size_t> got = listener_->read({&event, 1});
  if (!got) return got.error();
  return *got == 0 ? std::optional<Event>{} : event;
}

//> next-until
Result<std::optional<Event>> Source::next_until(Deadline deadline) {
  for (;;) {
    Result<std::optional<Event>> event = next();
    if (!event || *event || deadline.passed()) return event;
    // Interrupted, or woken for nothing: the loop begins anew, with what is left of the deadline.
    if (Result<void> r = wait_readable(handle(), deadline); !r) return r.error();
  }
}
//< next-until

Result<std::vector<Event>> Source::read_all() {
  std::vector<Event> events;
  for (;;) {
    std::array<Event, 64> some;
    const Result<std::size_t> got = listener_->read(some);
    if (!got) return got.error();
    if (*got == 0) return events;
    events.insert(events.end(), some.begin(), some.begin() + static_cast<std::ptrdiff_t>(*got));
  }
}

}  // namespace proclab::signals
