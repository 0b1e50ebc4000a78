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
/// To stop in between is allowed, and next() goes on later. Time: linear in all that is fed, also byte by byte.
/// Memory: a message's limit and a feed, doubled while it grows; given back when it is used up. Threads: one at a time.
class Splitter {
 public:
  explicit Splitter(Serialization serialization, std::size_t limit = kMessageLimit)
      : serialization_(serialization), limit_(limit) {}

  /// Takes a copy of what came. All views that next() gave are void then.
  void feed(std::string_view bytes);

  /// The next complete message, without its newline or length; good until the next feed(). nullopt: there is
  /// none yet. JSON: "\r\n" ends a line too; an empty line is an empty message, and parse_json refuses it.
  /// Errors: message_size: longer than the limit, known as soon as it is announced or that much has come.
  [[nodiscard]] Result<std::optional<std::string_view>> next();

  /// The stream has ended, and next() has given all it had: was it between two messages?
  /// Errors: bad_message: it was in the middle of one. Node drops such a piece in silence.
  [[nodiscard]] Result<void> end() const;

  /// Bytes that were fed and not yet given out, and what they occupy.
  [[nodiscard]] std::size_t pending() const { return bytes_.size() - begin_; }
  [[nodiscard]] std::size_t capacity() const { return bytes_.capacity(); }

 private:
  [[nodiscard]] Result<std::optional<std::string_view>> next_line();
  [[nodiscard]] Result<std::optional<std::string_view>> next_counted();
  [[nodiscard]] Error too_long(std::size_t size);

  Serialization serialization_;
  std::size_t limit_;
  std::string bytes_;
  std::size_t begin_ = 0;    // of what is not yet given out
  std::size_t scanned_ = 0;  // so many bytes from there have no newline
  std::optional<Error> error_;
};

}  // namespace proclab::channel
