// tests/fuzz · what must hold for any bytes that a peer may send: for the fuzzers, and for the tests that replay their
// corpora.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch11_channel/message.h"

namespace proclab::fuzz {

/// The first promise that did not hold, or nullptr. The first byte of `input` says in what pieces the rest
/// arrives; the rest is the stream. What holds: a stream gives the same messages in pieces as in one; a message that
/// can be read can be written and read again, and is then written the same; what is read in the place of an earlier
/// message is what is read in a fresh one; and nothing is read or written that is not there, which the sanitizers see.
inline const char* broken_promise(channel::Serialization serialization, std::string_view input) {
  constexpr std::size_t kLimit = 4096;
  if (input.empty()) return nullptr;
  const std::size_t piece = static_cast<unsigned char>(input[0]) % 32 + 1;
  input.remove_prefix(1);

  channel::Splitter whole(serialization, kLimit), pieces(serialization, kLimit);
  std::vector<std::string> messages;
  whole.feed(input);
  for (;;) {
    auto frame = whole.next();
    if (!frame || !*frame) break;
    messages.emplace_back(**frame);
  }
  std::size_t count = 0;
  for (std::size_t i = 0; i < input.size(); i += piece) {
    pieces.feed(input.substr(i, piece));
    for (;;) {
      auto frame = pieces.next();
      if (!frame || !*frame) break;
      if (count == messages.size() || messages[count] != **frame)
        return "the pieces change a message";
      ++count;
    }
  }
  if (count != messages.size()) return "the pieces lose a message";
  if (whole.end().has_value() != pieces.end().has_value()) return "the pieces change the end";

  static channel::Value used;  // by the inputs before, too
  for (const std::string& message : messages) {
    channel::Value value;
    const bool good = channel::parse_message(serialization, message, value).has_value();
    if (good != channel::parse_message(serialization, message, used).has_value())
      return "an earlier message changes whether one can be read";
    if (!good) continue;
    std::string fresh, again;
    if (!channel::write_message(channel::Serialization::advanced, value, fresh) ||
        !channel::write_message(channel::Serialization::advanced, used, again) || fresh != again)
      return "an earlier message changes one";
    for (const auto out : {channel::Serialization::json, channel::Serialization::advanced}) {
      std::string once, twice;
      if (!channel::write_message(out, value, once)) return "what was read cannot be written";
      channel::Splitter back(out);
      back.feed(once);
      const auto frame = back.next();
      if (!frame || !*frame || back.pending() != 0) return "what was written is not one message";
      channel::Value back_again;
      if (!channel::parse_message(out, **frame, back_again))
        return "what was written cannot be read";
      if (!channel::write_message(out, back_again, twice) || once != twice)
        return "a value changes on its way";
    }
  }
  return nullptr;
}

}  // namespace proclab::fuzz
