// Chapter 9 · daemon: a service's word to its manager. For notify_win32.cpp only.
#pragma once

#include <string_view>

#include "platform/result.h"

namespace proclab::daemon {

/// What NOTIFY_SOCKET is in a service's process; no other has such an address.
inline constexpr std::string_view kServiceAddress = "service:";

/// Lines as a Notifier sends them, as the states that the manager knows.
Result<void> tell_service_manager(std::string_view lines);

}  // namespace proclab::daemon
