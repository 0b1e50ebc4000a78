// Chapter 11 · channel: reading JSON. Read json.h.
//
// RapidJSON reads and tells, event by event, what stands there; a Builder makes a Value of it. The library finds
// the end of a text 16 bytes at a time, and that is where the time of a long message goes. Only this file knows it.
#include "chapters/ch11_channel/json.h"

#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "chapters/ch11_channel/number.h"
#include "chapters/ch11_channel/text.h"
#include "platform/text.h"

namespace proclab::channel {
namespace {

/// What the library calls. A false stops it.
class Builder {
 public:
  bool Null() { return put(Value()); }
  bool Bool(bool value) { return put(value); }
  bool RawNumber(const char* text, rapidjson::SizeType size, bool) {
    const std::optional<double> number = read_number({text, size});
    if (!number) return stop(std::errc::bad_message, "a number beyond all doubles");
    return put(*number);
  }
  // With numbers as texts these are never called, but the library wants them there.
  bool Int(int value) { return put(value); }
  bool Uint(unsigned value) { return put(value); }
  bool Int64(std::int64_t value) { return put(value); }
  bool Uint64(std::uint64_t value) { return put(value); }
  bool Double(double value) { return put(value); }
  bool String(const char* text, rapidjson::SizeType size, bool) {
    return put(std::string(text, size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    open_.back().name.assign(text, size);
    return true;
  }
  bool StartObject() { return open(Object()); }
  bool StartArray() { return open(Array()); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

  Value take() { return std::move(root_); }
  /// Why it stopped.
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  /// An array or object that is not complete, and the name that its next member will have.
  struct Open {
    Value value;
    std::string name;
  };

  bool stop(std::errc why, std::string what) {
    error_ = make_error("parse_json", why, std::move(what));
    return false;
  }

  bool put(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Array* array = open_.back().value.as_array()) {
      array->push_back(std::move(value));
    } else {
      open_.back().value.as_object()->add(std::move(open_.back().name), std::move(value));
    }
    return true;
  }

  bool open(Value container) {
    if (open_.size() == kMaxDepth) {
      return stop(std::errc::value_too_large,
                  "more than " + std::to_string(kMaxDepth) + " arrays and objects in one another");
    }
    open_.push_back({std::move(container), {}});
    return true;
  }

  bool close() {
    Value done = std::move(open_.back().value);
    open_.pop_back();
    return put(std::move(done));
  }

  std::vector<Open> open_;
  Value root_;
  Error error_;
};

/// Half a surrogate pair in an escape, which the library refuses and JavaScript does not: `\ud800` becomes the
/// three bytes that stand for it inside a Value. The library lets those pass.
std::string unescape_unpaired(std::string_view text) {
  const auto unit = [&](std::size_t at) -> unsigned {  // of the escape at `at`, or 0
    if (at + 6 > text.size() || text[at] != '\\' || text[at + 1] != 'u') return 0;
    unsigned value = 0;
    for (const char c : text.substr(at + 2, 4)) {
      const std::size_t digit =
          std::string_view("0123456789abcdef")
              .find(static_cast<char>(c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c));
      if (digit == std::string_view::npos) return 0;
      value = value << 4 | static_cast<unsigned>(digit);
    }
    return value;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = unit(i), second = unit(i + 6);
    const bool high = first >= 0xD800 && first <= 0xDBFF, low = first >= 0xDC00 && first <= 0xDFFF;
    const bool pair = high && second >= 0xDC00 && second <= 0xDFFF;
    if (low || (high && !pair)) {
      out.append(to_utf8(std::u16string(1, static_cast<char16_t>(first))));
      i += 6;
    } else {
      const std::size_t size = pair              ? 12
                               : text[i] == '\\' ? 2
                                                 : 1;  // `\\ud800` is no escape of a unit
      out.append(text.substr(i, size));
      i += size;
    }
  }
  return out;
}

constexpr std::size_t kPadding = 32;  // it looks up to 16 bytes beyond the end

rapidjson::ParseResult parse(std::string_view text, Builder& builder) {
  // A copy that it may write in: a text's escapes are resolved where they stand.
  std::string copy;
  copy.reserve(text.size() + kPadding);
  copy.append(text).append(kPadding, '\0');
  rapidjson::InsituStringStream stream(copy.data());
  rapidjson::Reader reader;
  // The library calls itself for each depth, and Builder::open() ends that in time. Numbers come as texts: its own
  // reader of doubles can be led out of a table's bounds (release 1.1.0; the fuzzer's first find).
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError() || stream.Tell() == text.size()) return result;
  // It takes a NUL for the end.
  return {rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell()};
}

Error refused(rapidjson::ParseResult result, const Builder& builder) {
  if (result.Code() == rapidjson::kParseErrorTermination) return builder.error();
  return make_error("parse_json", std::errc::bad_message,
                    std::string(rapidjson::GetParseError_En(result.Code())) + " At byte " +
                        std::to_string(result.Offset()));
}

}  // namespace

Result<Value> parse_json(std::string_view text) {
  const Scan scan = scan_text(text);
  if (scan.kind == TextKind::invalid || scan.kind == TextKind::surrogates) {
    return make_error("parse_json", std::errc::illegal_byte_sequence,
                      "no UTF-8 at byte " + std::to_string(scan.bad_at));
  }
  Builder builder;
  rapidjson::ParseResult result = parse(text, builder);
  if (result.Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid) {
    builder = Builder();
    result = parse(unescape_unpaired(text), builder);
  }
  if (result.IsError()) return refused(result, builder);
  return builder.take();
}

}  // namespace proclab::channel
