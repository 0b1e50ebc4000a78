// Chapter 11 · benchmark: the ways to say something to another process that are measured.
//
// All send the same bytes where they can: {"cmd":".","text":"xxx…"} and a newline, so many bytes in all. With "?"
// in place of the dot the receiver answers with the same message. A raw write has the dot at its front.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proclab::channel::bench {

/// The sending end, in a process of its own.
class Sender {
 public:
  virtual ~Sender() = default;
  /// So many messages, of which the last is answered.
  virtual void stream(int messages) = 0;
  /// So many messages, each of which is answered before the next.
  virtual void ping_pong(int messages) = 0;
};

struct Way {
  const char* name;
  std::unique_ptr<Sender> (*sender)(int fd, std::size_t size);
  /// The receiving end, in another: returns at the end of what comes.
  void (*receive)(int fd, std::size_t size);
};

/// The first is the base of all ratios.
const std::vector<Way>& ways();
const Way* find_way(std::string_view name);

/// How many x make a message of `size` bytes on the wire.
std::size_t text_size(std::size_t size);
[[noreturn]] void failed(const char* what);

#ifdef PROCLAB_HAS_LIBUV
std::unique_ptr<Sender> libuv_sender(int fd, std::size_t size);
void libuv_receive(int fd, std::size_t size);
#endif

}  // namespace proclab::channel::bench
