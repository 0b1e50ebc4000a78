// Chapter 11 · channel: writing JSON, byte for byte as JSON.stringify does. Read json.h.
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>

#include "chapters/ch11_channel/json.h"
#include "chapters/ch11_channel/number.h"
#include "chapters/ch11_channel/text.h"

namespace proclab::channel {
namespace {

/// Stands for itself in JSON: no control character, no '"' and no '\\'.
bool needs_no_escape(char c) {
  return (static_cast<std::uint8_t>(c) >= 0x20) & (c != '"') & (c != '\\');
}

/// How many bytes at the front need none. Sixteen at a time, each with its own answer and none with a way out: so the
/// compiler asks all of them at once.
std::size_t plain_prefix(std::string_view text) {
  std::array<std::uint8_t, 16> others;
  std::size_t i = 0;
  for (; i + others.size() <= text.size(); i += others.size()) {
    for (std::size_t k = 0; k < others.size(); ++k)
      others[k] = needs_no_escape(text[i + k]) ? 0 : 1;
    const auto words = std::bit_cast<std::array<std::uint64_t, 2>>(others);
    if ((words[0] | words[1]) != 0) break;
  }
  while (i < text.size() && needs_no_escape(text[i])) ++i;
  return i;
}

/// Whether no byte of a text is beyond ASCII or needs an escape: nearly all that is ever sent.
bool is_plain(std::string_view text) {
  return !any_marked(text, [](std::uint64_t word) {
    // A byte that is less than what is taken from it borrows, which leaves its highest bit set.
    const std::uint64_t control = word - each_byte(0x20);
    const std::uint64_t quote = (word ^ each_byte('"')) - each_byte(1);
    const std::uint64_t backslash = (word ^ each_byte('\\')) - each_byte(1);
    return word | control | quote | backslash;
  });
}

void append_unit(unsigned unit, std::string& out) {
  constexpr const char* kHex = "0123456789abcdef";
  out.append("\\u");
  for (int shift = 12; shift >= 0; shift -= 4) out += kHex[unit >> shift & 0xF];
}

void append_special(char c, std::string& out) {
  constexpr std::string_view kFrom = "\"\\\b\f\n\r\t", kTo = "\"\\bfnrt";
  const std::size_t known = kFrom.find(c);
  if (known == std::string_view::npos) return append_unit(static_cast<unsigned char>(c), out);
  out.append(1, '\\').append(1, kTo[known]);
}

void append_escaped(std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t plain = plain_prefix(text);
    append_text(out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) break;
    append_special(text[0], out);
    text.remove_prefix(1);
  }
}

/// A text with unpaired surrogates, which have no UTF-8: `\udXXX`, as JSON.stringify has it.
void append_with_surrogates(std::string_view text, std::string& out) {
  for (std::size_t i; (i = text.find('\xED')) != std::string_view::npos;
       text.remove_prefix(i + 3)) {
    append_escaped(text.substr(0, i), out);
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const auto third = static_cast<unsigned char>(text[i + 2]);
    if (second < 0xA0) {
      out.append(text.substr(i, 3));
    } else {
      append_unit(0xD000 | (second & 0x3Fu) << 6 | (third & 0x3Fu), out);
    }
  }
  append_escaped(text, out);
}

/// The end of a text that grows by many small pieces. They are gathered first: a std::string looks at each whether
/// there is room for it, which took longer than all else for a short message.
class Pieces {
 public:
  explicit Pieces(std::string& text) : text_(text) {}
  ~Pieces() { flush(); }
  Pieces(const Pieces&) = delete;
  Pieces& operator=(const Pieces&) = delete;

  void put(char c) {
    if (used_ == sizeof room_) flush();
    room_[used_++] = c;
  }
  void put(std::string_view piece) {
    if (piece.size() > sizeof room_ - used_) flush();
    if (piece.size() > sizeof room_) return append_text(text_, piece);
    piece.copy(room_ + used_, piece.size());
    used_ += piece.size();
  }
  /// The piece between two quotes, with one look whether there is room for all three.
  void put_quoted(std::string_view piece) {
    const std::size_t size = piece.size() + 2;
    if (size > sizeof room_) {
      put('"');
      put(piece);
      return put('"');
    }
    if (size > sizeof room_ - used_) flush();
    char* const at = room_ + used_;
    at[0] = '"';
    piece.copy(at + 1, piece.size());
    at[size - 1] = '"';
    used_ += size;
  }
  /// The text with all pieces in it, for who appends to it himself.
  std::string& flush() {
    text_.append(room_, used_);
    used_ = 0;
    return text_;
  }

 private:
  std::string& text_;
  char room_[256];
  std::size_t used_ = 0;
};

/// False: `why` tells why not, and what is written is no use.
class Writer {
 public:
  Writer(std::string& out, std::optional<Error>& why) : out_(out), why_(why) {}

  bool write(const Value& value, int depth) {
    if (const std::string* text = value.as_string()) return write_text(*text);
    if (const Object* object = value.as_object()) return write_object(*object, depth + 1);
    if (const Array* array = value.as_array()) return write_array(*array, depth + 1);
    if (const double* number = value.as_number()) {
      write_number(*number);
    } else if (const bool* boolean = value.as_bool()) {
      out_.put(*boolean ? "true" : "false");
    } else if (const Bytes* bytes = value.as_bytes()) {
      write_bytes(*bytes);
    } else {
      out_.put("null");
    }
    return true;
  }

 private:
  bool stop(std::errc code, std::string what) {
    why_ = make_error("write_json", code, std::move(what));
    return false;
  }

  bool write_text(std::string_view text) {
    if (is_plain(text)) {
      out_.put_quoted(text);
      return true;
    }
    const Scan scan = scan_text(text);
    if (scan.kind == TextKind::invalid) {
      return stop(std::errc::illegal_byte_sequence, "a text of " + std::to_string(text.size()) +
                                                        " bytes is no UTF-8 at byte " +
                                                        std::to_string(scan.bad_at));
    }
    out_.put('"');
    if (scan.kind == TextKind::surrogates) {
      append_with_surrogates(text, out_.flush());
    } else {
      append_escaped(text, out_.flush());
    }
    out_.put('"');
    return true;
  }

  void write_number(double number) {
    if (!std::isfinite(number)) return out_.put("null");
    append_number(number, out_.flush());
  }

  void write_bytes(const Bytes& bytes) {
    out_.put(R"({"type":"Buffer","data":[)");
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i > 0) out_.put(',');
      append_number(std::to_integer<int>(bytes[i]), out_.flush());
    }
    out_.put("]}");
  }

  bool write_array(const Array& array, int depth) {
    if (depth > kMaxDepth) return too_deep();
    out_.put('[');
    for (std::size_t i = 0; i < array.size(); ++i) {
      if (i > 0) out_.put(',');
      if (!write(array[i], depth)) return false;
    }
    out_.put(']');
    return true;
  }

  bool write_object(const Object& object, int depth) {
    if (depth > kMaxDepth) return too_deep();
    out_.put('{');
    for (std::size_t i = 0; i < object.members.size(); ++i) {
      const auto& [name, value] = object.members[i];
      if (i > 0) out_.put(',');
      if (!write_text(name)) return false;
      out_.put(':');
      if (!write(value, depth)) return false;
    }
    out_.put('}');
    return true;
  }

  bool too_deep() {
    return stop(std::errc::value_too_large,
                "more than " + std::to_string(kMaxDepth) + " arrays and objects in one another");
  }

  Pieces out_;
  std::optional<Error>& why_;
};

}  // namespace

Result<void> write_json(const Value& value, std::string& out) {
  const std::size_t before = out.size();
  std::optional<Error> why;
  if (Writer(out, why).write(value, 0)) return {};
  out.resize(before);
  return *std::move(why);
}

}  // namespace proclab::channel
