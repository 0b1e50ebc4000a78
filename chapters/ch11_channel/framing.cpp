// Chapter 11 · channel: where one message ends and the next begins. Read framing.h.
#include "chapters/ch11_channel/framing.h"

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
  if (error_) {  // there is no next message; those given out are void now, and not before
    give_back(bytes_);
    begin_ = scanned_ = 0;
    return;
  }
  if (pending() == 0) {
    // One long message is not paid for ever after.
    if (bytes_.capacity() > kKeep) give_back(bytes_);
    bytes_.clear();
    begin_ = scanned_ = 0;
  } else if (begin_ > pending()) {
    // Only when more is given out than is left: so every byte is moved once at most, however small the feeds.
    bytes_.erase(0, begin_);
    begin_ = 0;
  }
  bytes_.append(bytes);
}

Result<std::optional<std::string_view>> Splitter::next() {
  if (error_) return *error_;
  return serialization_ == Serialization::json ? next_line() : next_counted();
}

Result<std::optional<std::string_view>> Splitter::next_line() {
  // From where the last search ended: a long line that comes byte by byte is looked at once.
  const std::size_t newline = bytes_.find('\n', begin_ + scanned_);
  const std::size_t end = newline == std::string::npos ? bytes_.size() : newline;
  if (end - begin_ > limit_) return too_long(end - begin_);
  if (newline == std::string::npos) {
    scanned_ = end - begin_;
    return std::optional<std::string_view>();
  }
  std::string_view line = std::string_view(bytes_).substr(begin_, newline - begin_);
  if (line.ends_with('\r')) line.remove_suffix(1);
  begin_ = newline + 1;
  scanned_ = 0;
  return std::optional(line);
}

Result<std::optional<std::string_view>> Splitter::next_counted() {
  if (pending() < kLengthSize) return std::optional<std::string_view>();
  const std::string_view rest = std::string_view(bytes_).substr(begin_);
  const std::size_t length = read_length(rest);
  if (length > limit_) return too_long(length);  // announced is enough: do not wait for it
  if (rest.size() - kLengthSize < length) return std::optional<std::string_view>();
  begin_ += kLengthSize + length;
  return std::optional(rest.substr(kLengthSize, length));
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
  return *error_;
}

}  // namespace proclab::channel
