// tests/ch11 · what the tests of the formats share. Read codec.h.
#include "tests/ch11_channel/codec.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>

namespace proclab::channel {

std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < hex.size();) {
    if (hex[i] == ' ') {
      ++i;
      continue;
    }
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(i, 2)), nullptr, 16));
    i += 2;
  }
  return bytes;
}

std::string to_hex(std::string_view bytes) {
  constexpr const char* kDigits = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!hex.empty()) hex += ' ';
    hex.append(1, kDigits[byte >> 4]).append(1, kDigits[byte & 15]);
  }
  return hex;
}

Result<Value> parse_advanced_text(std::string_view bytes) {
  return parse_advanced(std::as_bytes(std::span(bytes)));
}

std::string json(const Value& value) {
  std::string out;
  const Result<void> done = write_json(value, out);
  EXPECT_TRUE(done) << done.error().message();
  return out;
}

std::string advanced(const Value& value) {
  std::string out;
  const Result<void> done = write_advanced(value, out);
  EXPECT_TRUE(done) << done.error().message();
  return out;
}

std::vector<std::string> split(Serialization serialization,
                               const std::vector<std::string_view>& pieces, std::size_t limit) {
  Splitter splitter(serialization, limit);
  std::vector<std::string> got;
  for (const std::string_view piece : pieces) {
    splitter.feed(piece);
    for (;;) {
      Result<std::optional<std::string_view>> frame = splitter.next();
      if (!frame) {
        got.push_back(frame.error().detail);
        return got;
      }
      if (!*frame) break;
      got.emplace_back(**frame);
    }
  }
  const Result<void> end = splitter.end();
  got.push_back(end ? "end" : end.error().detail);
  return got;
}

namespace {

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> kPieces = {
      "a",
      "plain text ",
      "\"",
      "\\",
      "/",
      "\n",
      "\r\n",
      "\t",
      std::string(1, '\0'),
      "\x01",
      "\x1f",
      "\x7f",
      "é",
      "ÿ",
      "Ā",
      "你好",
      "\u2028",
      "\u2029",
      "\uFEFF",
      "\uFFFD",
      "🌍",
      "\xED\xA0\x80 ",  // unpaired surrogates; the blank keeps two from being a pair
      " \xED\xB0\x80",
      "\\ud800",
      "0123456789abcdef0123456789abcdef"};
  std::string text;
  for (unsigned n = random() % 6; n > 0; --n) text += kPieces[random() % kPieces.size()];
  return text;
}

double random_number(std::mt19937& random) {
  switch (random() % 4) {
    case 0: return static_cast<std::int32_t>(random()) >> random() % 32;
    case 1: return static_cast<double>(random()) * 1e9;
    case 2:
      return std::ldexp(static_cast<double>(random() % 1000), static_cast<int>(random() % 20) - 10);
    default: {
      const double any = std::bit_cast<double>(std::uint64_t{random()} << 32 | random());
      return std::isfinite(any) && any != 0 ? any : 0.1;
    }
  }
}

}  // namespace

Value random_value(std::mt19937& random, bool with_bytes, int depth) {
  switch (random() % (depth > 0 ? 8 : 5)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return random_number(random);
    case 3: return random_text(random);
    case 4: {
      if (!with_bytes) return random_text(random);
      Bytes bytes(random() % 20);
      for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
      return bytes;
    }
    case 5: {
      Array array;
      for (unsigned n = random() % 6; n > 0; --n) {
        array.push_back(random_value(random, with_bytes, depth - 1));
      }
      return array;
    }
    default: {
      Object object;
      for (unsigned n = random() % 6; n > 0; --n) {
        object.add("k" + std::to_string(n) + random_text(random),
                   random_value(random, with_bytes, depth - 1));
      }
      return object;
    }
  }
}

std::string nested_json(int depth) { return std::string(depth, '[') + std::string(depth, ']'); }

std::string nested_advanced(int depth) {
  std::string bytes = "\xFF\x0F";
  for (int i = 1; i < depth; ++i) bytes += "A\x01";
  bytes += std::string("A\0$\0\0", 5);
  for (int i = 1; i < depth; ++i) bytes += std::string("$\0\x01", 3);
  return bytes;
}

}  // namespace proclab::channel
