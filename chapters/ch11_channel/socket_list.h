// Chapter 11 · channel: how many of the sockets that came still live. For this chapter's files.
//
// Question: a server gives its connections to children; how does it know when its last one is closed? It asks, and
// whoever has them must count. Read before: handle.h. Then socket_list.cpp, receive.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace proclab::channel {

/// Sockets that live, by the key that their server gave them.
class SocketList {
 public:
  void add(std::string_view key);
  /// How often "none lives any more" is to be said now: as often as it was asked for.
  [[nodiscard]] std::size_t remove(std::string_view key);
  [[nodiscard]] std::size_t count(std::string_view key) const;
  /// "Say when none lives": true when that is so already.
  [[nodiscard]] bool none_or_remember(std::string_view key);

 private:
  struct Entry {
    std::size_t living = 0, askers = 0;
  };
  std::map<std::string, Entry, std::less<>> entries_;  // no entry: none lives
};

}  // namespace proclab::channel
