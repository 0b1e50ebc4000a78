// Chapter 11 · channel: where one message ends and the next begins.
//
// Question: a stream has no messages; how does a reader find them in pieces of any size, when the writer may be
// an enemy? Read before: nothing. Then framing.cpp.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "platform/result.h"

namespace proclab::channel {

/// How a channel writes messages: the two values of NODE_CHANNEL_SERIALIZATION_MODE. Node's documentation, child_process,
/// "Advanced serialization".
enum class Serialization {
  json,      ///< JSON and "\n"
  advanced,  ///< four bytes of length, the highest first, and V8's format
};

/// 64 MiB: what a message may have unless the caller says otherwise.
inline constexpr std::size_t kMessageLimit = std::size_t{64} << 20;

/// Cuts a stream into messages. Feed it what came, then take all that is complete:
///
///   splitter.feed(bytes);
///   for (;;) {
///     Result<std::optional<std::string_view>> frame = splitter.next();
///     if (!frame) return frame.error();   // for good: a stream that went wrong has no next message
///     if (!*frame) break;                 // wait for more bytes
///     use(**frame);
///   }
///
/// A message that lies whole in what came is not copied. Time: linear in all that is fed, also byte by byte. Memory: of
/// a message that has come in part, doubled while it grows; given back when it is used up. Threads: one at a time.
class Splitter {
 public:
  explicit Splitter(Serialization serialization, std::size_t limit = kMessageLimit)
      : serialization_(serialization), limit_(limit) {}

  /// What came. It must stay where it is until next() has said that there is no more.
  void feed(std::string_view bytes);

  /// The next complete message, without its newline or length; good until the next call. nullopt: there is
  /// none yet. JSON: "\r\n" ends a line too; an empty line is an empty message, and parse_json refuses it.
  /// Errors: message_size: longer than the limit, known as soon as it is announced or that much has come.
  [[nodiscard]] Result<std::optional<std::string_view>> next();

  /// The stream has ended, and next() has given all it had: was it between two messages?
  /// Errors: bad_message: it was in the middle of one. Node drops such a piece in silence.
  [[nodiscard]] Result<void> end() const;

  /// Bytes that were fed and not yet given out, and what is occupied.
  [[nodiscard]] std::size_t pending() const { return (given_ ? 0 : kept_.size()) + fed_.size(); }
  [[nodiscard]] std::size_t capacity() const { return kept_.capacity(); }

 private:
  [[nodiscard]] Result<std::optional<std::string_view>> next_line();
  [[nodiscard]] Result<std::optional<std::string_view>> next_counted();
  [[nodiscard]] std::string_view take(std::size_t size);
  void keep(std::size_t size);
  void forget_given();
  [[nodiscard]] Error too_long(std::size_t size);

  Serialization serialization_;
  std::size_t limit_;
  std::string kept_;      // the first part of a message, from earlier feeds
  std::string_view fed_;  // what follows it
  bool given_ = false;    // the message in kept_ was completed, and given out
  std::optional<Error> error_;
};

}  // namespace proclab::channel
