// Chapter 11 · channel: how many of the sockets that came still live. Read socket_list.h first.
#include "chapters/ch11_channel/socket_list.h"

namespace proclab::channel {

void SocketList::add(std::string_view key) { ++entries_[std::string(key)].living; }

std::size_t SocketList::remove(std::string_view key) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end() || --entry->second.living > 0) return 0;
  const std::size_t askers = entry->second.askers;
  entries_.erase(entry);
  return askers;
}

std::size_t SocketList::count(std::string_view key) const {
  const auto entry = entries_.find(key);
  return entry == entries_.end() ? 0 : entry->second.living;
}

bool SocketList::none_or_remember(std::string_view key) {
  const auto entry = entries_.find(key);
  if (entry == entries_.end()) return true;
  ++entry->second.askers;
  return false;
}

}  // namespace proclab::channel
