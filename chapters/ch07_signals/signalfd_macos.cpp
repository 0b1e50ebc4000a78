// Chapter 7 · signals: what macOS has instead of signalfd_linux.cpp. Compiled, not run.
//
// kqueue's EVFILT_SIGNAL only counts, and tells neither sender nor value: another contract, so a no.
#include "chapters/ch07_signals/listener_posix.h"

namespace proclab::signals {

Listening listen_by_signalfd(const std::vector<int>&) {
  return make_error("signalfd", std::errc::not_supported, "macOS has none; take another Way");
}

}  // namespace proclab::signals
