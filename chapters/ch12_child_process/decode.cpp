// Chapter 12 · child_process: bytes that somebody said are text. Read decode.h first.
#include "chapters/ch12_child_process/decode.h"

namespace proclab::child_process {
namespace {

/// The character that `text` begins with.
struct Piece {
  std::size_t size = 1;
  enum { good, bad, unfinished } what = bad;
};

Piece first_of(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(0);
  if (lead < 0x80) return {1, Piece::good};
  if (lead < 0xC2 || lead > 0xF4) return {1, Piece::bad};
  const std::size_t size = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
  // The second byte's range keeps out longer forms, surrogates, and what is beyond U+10FFFF.
  unsigned low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
  unsigned high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < size; ++i, low = 0x80, high = 0xBF) {
    if (i == text.size()) return {i, Piece::unfinished};
    if (byte(i) < low || byte(i) > high) return {i, Piece::bad};
  }
  return {size, Piece::good};
}

}  // namespace

std::string to_utf8_text(std::string bytes, bool cut) {
  std::string out;
  std::size_t copied = 0;  // what is good goes over in one piece: nearly always, all of it
  for (std::size_t at = 0; at < bytes.size();) {
    const Piece piece = first_of(std::string_view(bytes).substr(at));
    if (piece.what != Piece::good) {
      out.append(bytes, copied, at - copied);
      if (piece.what == Piece::bad || !cut) out += "\xEF\xBF\xBD";
      copied = at + piece.size;
    }
    at += piece.size;
  }
  if (copied == 0) return bytes;
  return out.append(bytes, copied);
}

}  // namespace proclab::child_process
