// Chapter 9 · daemon: what a Notifier says, the same everywhere. Read notify.h first.
#include "chapters/ch09_daemon/notify.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "chapters/ch01_process/identity.h"
#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch09_daemon/notify_system.h"

namespace proclab::daemon {
namespace {

/// All of `text` as a number; nullopt when it is none, or there is more.
template <class Number>
std::optional<Number> number_in(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string one_line(std::string_view text) {
  std::string line(text);
  // "trouble\nMAINPID=1" would make somebody else the daemon.
  std::replace_if(
      line.begin(), line.end(), [](char c) { return c == '\n' || c == '\0'; }, ' ');
  return line;
}

}  // namespace

//> from-environment
Result<Notifier> Notifier::from_environment() {
  const std::string address = take_variable("NOTIFY_SOCKET");
  const std::string number = take_variable("NOTIFY_FD");
  Notifier notifier;
  if (!number.empty()) {
    const std::optional<int> slot = number_in<int>(number);
    if (!slot || *slot < 0) return make_error("NOTIFY_FD", std::errc::invalid_argument, number);
    Result<Handle> pipe = adopt_slot(*slot);
    if (!pipe) return pipe.error();
    notifier.pipe_ = std::move(*pipe);
  }
  if (!address.empty()) {
    Result<Handle> socket = open_notify_socket(address);
    if (!socket) return socket.error();
    notifier.socket_ = std::move(*socket);
    notifier.address_ = address;
  }
  return notifier;
}
//< from-environment

Result<void> Notifier::ready(std::string_view status) {
  Result<void> sent = send("READY=1\nSTATUS=" + one_line(status));
  pipe_.close();
  return sent;
}

Result<void> Notifier::reloading() {
  return send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

Result<void> Notifier::stopping() { return send("STOPPING=1"); }

Result<void> Notifier::status(std::string_view text) { return send("STATUS=" + one_line(text)); }

Result<void> Notifier::failed(const Error& why) {
  // The condition has errno's number on every system; a Windows code would mean nothing there.
  const int number = why.code.default_error_condition().value();
  Result<void> sent =
      send("STATUS=" + one_line(why.message()) + "\nERRNO=" + std::to_string(number));
  pipe_.close();
  return sent;
}

Result<void> Notifier::main_pid(Pid pid) { return send("MAINPID=" + std::to_string(pid)); }

Result<void> Notifier::watchdog() { return send("WATCHDOG=1"); }

//> send
Result<void> Notifier::send(std::string_view lines) {
  const std::string text = std::string(lines) + "\n";
  Result<void> told;
  if (pipe_) {
    // The starter may have given up and gone: an error, and no SIGPIPE (chapter 2).
    const Result<bool> wrote = stdio::BlockingWriter(pipe_.get()).write(text);
    if (!wrote) told = wrote.error();
  }
  if (!address_.empty()) {
    Result<void> sent = send_datagram(socket_, address_, text);
    if (!sent) told = sent;
  }
  return told;
}
//< send

std::optional<std::chrono::microseconds> Notifier::watchdog_interval() {
  const std::string whose = variable("WATCHDOG_PID");
  if (!whose.empty() && number_in<Pid>(whose) != process::pid()) return std::nullopt;
  const std::optional<std::int64_t> span = number_in<std::int64_t>(variable("WATCHDOG_USEC"));
  if (!span || *span <= 0) return std::nullopt;
  return std::chrono::microseconds(*span);
}

}  // namespace proclab::daemon
