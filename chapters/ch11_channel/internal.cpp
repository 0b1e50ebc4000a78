// Chapter 11 · channel: Node's own messages. Read internal.h first.
#include "chapters/ch11_channel/internal.h"

#include <string>
#include <utility>

namespace proclab::channel {

//> command-of
std::string_view command_of(const Value& message) {
  constexpr std::string_view kPrefix = "NODE_";
  const std::string_view cmd = text_of(message, "cmd");
  // "NODE_" alone is a user's: Node asks for more than the prefix, and so must everybody.
  const bool is_internal = cmd.size() > kPrefix.size() && cmd.starts_with(kPrefix);
  return is_internal ? cmd : std::string_view{};
}
//< command-of

std::string_view text_of(const Value& message, std::string_view name) {
  const Value* const member = message.find(name);
  const std::string* const text = member != nullptr ? member->as_string() : nullptr;
  return text != nullptr ? std::string_view(*text) : std::string_view{};
}

//> wrap
Value wrap(Value message, const Outgoing& handle) {
  Object wrapped;
  wrapped.add("cmd", kHandle);
  wrapped.add("type", name_of(handle.kind));
  wrapped.add("msg", std::move(message));
  if (!handle.key.empty()) wrapped.add("key", handle.key);
  if (!handle.dgram_type.empty()) wrapped.add("dgramType", handle.dgram_type);
  return wrapped;
}
//< wrap

Wrapped unwrap(Value& message) {
  Value* innermost = &message;
  for (Value* next = innermost; next != nullptr && command_of(*next) == kHandle;
       next = next->find("msg")) {
    innermost = next;
  }
  Wrapped found;
  found.kind = kind_named(text_of(*innermost, "type"));
  found.key = text_of(*innermost, "key");
  found.dgram_type = text_of(*innermost, "dgramType");
  if (Value* const inner = innermost->find("msg")) found.message = std::move(*inner);
  return found;
}

}  // namespace proclab::channel
