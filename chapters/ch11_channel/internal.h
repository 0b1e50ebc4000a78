// Chapter 11 · channel: Node's own messages, those whose `cmd` begins with NODE_. For this chapter's files.
//
// Question: how do two programs talk about the channel on the channel itself? In messages that no user sees.
// Read before: handle.h, value.h. Then internal.cpp.
#pragma once

#include <string_view>

#include "chapters/ch11_channel/handle.h"
#include "chapters/ch11_channel/value.h"

namespace proclab::channel {

inline constexpr std::string_view kHandle = "NODE_HANDLE";   // a message with a socket
inline constexpr std::string_view kAck = "NODE_HANDLE_ACK";  // it is here
inline constexpr std::string_view kNack =
    "NODE_HANDLE_NACK";  // the message is here, its socket is not
inline constexpr std::string_view kGetCount = "NODE_SOCKET_GET_COUNT";  // how many of a key live?
inline constexpr std::string_view kCount = "NODE_SOCKET_COUNT";         // so many
inline constexpr std::string_view kNotifyClose = "NODE_SOCKET_NOTIFY_CLOSE";  // say when none does
inline constexpr std::string_view kAllClosed = "NODE_SOCKET_ALL_CLOSED";      // none does

/// The `cmd` of one of Node's own messages; empty for a user's.
[[nodiscard]] std::string_view command_of(const Value& message);
/// A member's text; empty when it is missing, or no text.
[[nodiscard]] std::string_view text_of(const Value& message, std::string_view name);

/// {"cmd":"NODE_HANDLE","type":"net.Socket","msg":…,"key":…}
[[nodiscard]] Value wrap(Value message, const Outgoing& handle);

/// What a NODE_HANDLE message says.
struct Wrapped {
  std::optional<Kind> kind;  // nullopt: a `type` that nobody knows
  std::string_view key, dgram_type;
  Value message;
};
/// Takes it apart; its texts stay in `message`. One that was sent again by Node stands in another, as the socket of
/// a net.Native: the innermost is what was meant.
[[nodiscard]] Wrapped unwrap(Value& message);

}  // namespace proclab::channel
