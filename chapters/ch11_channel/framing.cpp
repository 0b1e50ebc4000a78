// Chapter 11 · channel: where one message ends and the next begins. Read framing.h.
#include "chapters/ch11_channel/framing.h"

#include <algorithm>
#include <cassert>

#include "chapters/ch11_channel/text.h"

namespace proclab::channel {
namespace {

constexpr std::size_t kLengthSize = 4;
constexpr std::size_t kKeep = 1 << 20;  // memory that a quiet channel may hold

std::size_t read_length(std::string_view four) {
  std::size_t length = 0;
  for (const char byte : four.substr(0, kLengthSize)) {
    length = length << 8 | static_cast<unsigned char>(byte);
  }
  return length;
}

/// `bytes = {}` would empty it and keep the memory.
void give_back(std::string& bytes) { std::string().swap(bytes); }

}  // namespace

void Splitter::feed(std::string_view bytes) {
  assert(fed_.empty() && "next() has more");
  forget_given();
  if (!error_) fed_ = bytes;
}

Result<std::optional<std::string_view>> Splitter::next() {
  forget_given();
  if (error_) return *error_;
  return serialization_ == Serialization::json ? next_line() : next_counted();
}

Result<std::optional<std::string_view>> Splitter::next_line() {
  // In what is new: a long line that comes byte by byte is looked at once.
  const std::size_t newline = fed_.find('\n'), more = std::min(newline, fed_.size());
  if (kept_.size() + more > limit_) return too_long(kept_.size() + more);
  if (newline == std::string_view::npos) {
    keep(more);
    return std::optional<std::string_view>();
  }
  std::string_view line = take(newline);
  fed_.remove_prefix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return std::optional(line);
}

Result<std::optional<std::string_view>> Splitter::next_counted() {
  if (!kept_.empty() && kept_.size() < kLengthSize) keep(kLengthSize - kept_.size());
  if (pending() < kLengthSize) {
    keep(fed_.size());
    return std::optional<std::string_view>();
  }
  const std::size_t length = read_length(kept_.empty() ? fed_ : kept_);
  if (length > limit_) return too_long(length);  // announced is enough: do not wait for it
  if (pending() - kLengthSize < length) {
    keep(fed_.size());
    return std::optional<std::string_view>();
  }
  return std::optional(take(kLengthSize + length - kept_.size()).substr(kLengthSize));
}

/// Puts so many of the fed bytes, or all, to the part of a message that is kept.
void Splitter::keep(std::size_t size) {
  append_text(kept_, fed_.substr(0, size));
  fed_.remove_prefix(std::min(size, fed_.size()));
}

/// The message that so many of the fed bytes complete.
std::string_view Splitter::take(std::size_t size) {
  if (!kept_.empty()) {
    keep(size);
    given_ = true;
    return kept_;
  }
  const std::string_view whole = fed_.substr(0, size);
  fed_.remove_prefix(size);
  return whole;
}

void Splitter::forget_given() {
  if (!given_) return;
  given_ = false;
  // One long message is not paid for ever after.
  if (kept_.capacity() > kKeep) give_back(kept_);
  kept_.clear();
}

Result<void> Splitter::end() const {
  if (error_) return *error_;
  if (pending() == 0) return {};
  return make_error("channel", std::errc::bad_message,
                    "the stream ended in the middle of a message, after " +
                        std::to_string(pending()) + " bytes of it");
}

Error Splitter::too_long(std::size_t size) {
  error_ = make_error("channel", std::errc::message_size,
                      "a message of " + std::to_string(size) + " bytes or more; the limit is " +
                          std::to_string(limit_));
  give_back(kept_);
  fed_ = {};
  return *error_;
}

}  // namespace proclab::channel
