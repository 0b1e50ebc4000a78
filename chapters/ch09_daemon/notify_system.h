// Chapter 9 · daemon: what each system makes of a Notifier. For notify.cpp only.
#pragma once

#include <string>
#include <string_view>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// The value of an environment variable, which is removed. Empty: it was not there, or empty.
std::string take_variable(const char* name);
/// Its value; it stays.
std::string variable(const char* name);
/// This process's own descriptor `number` (Windows: the handle in slot `number` of the C runtime's
/// table), which no child gets from now on. Errors: bad_file_descriptor.
Result<Handle> adopt_slot(int number);
/// A datagram socket for an address as NOTIFY_SOCKET has it, which is checked.
Result<Handle> open_notify_socket(const std::string& address);
Result<void> send_datagram(const Handle& socket, const std::string& address, std::string_view text);
/// CLOCK_MONOTONIC in microseconds.
long long monotonic_microseconds();

}  // namespace proclab::daemon
