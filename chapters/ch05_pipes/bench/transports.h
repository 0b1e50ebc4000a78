// Chapter 5 · benchmark: the ways from one process to another that are measured against each other.
//
// A Link is one way; a ping-pong takes two. Each is made before fork(), so both processes have it:
// one only sends, the other only receives. No framing: the receiver knows the size.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace proclab::pipes::bench {

class Link {
 public:
  virtual ~Link() = default;
  /// All of it, as one message where the transport knows such things. Ends this process on an
  /// error.
  virtual void send(const char* bytes, std::size_t size) = 0;
  /// Exactly `size` bytes.
  virtual void receive(char* room, std::size_t size) = 0;
};

struct Transport {
  const char* name;
  std::unique_ptr<Link> (*make)();
  bool batched;  ///< as many messages in one write as 64 KiB hold
};

/// The base first: Unix stream, one write and one read a message.
const std::vector<Transport>& transports();

/// Seconds for one message of `size` from process to process, the mean of `count`.
double one_way(const Transport& transport, std::size_t size, int count);
/// Seconds for one message there and one back, both processes on one core: on two, it would measure
/// how soon the system wakes a sleeping core.
double ping_pong(const Transport& transport, std::size_t size, int count);

}  // namespace proclab::pipes::bench
