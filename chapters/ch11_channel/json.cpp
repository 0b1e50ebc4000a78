// Chapter 11 · channel: reading JSON. Read json.h.
//
// RapidJSON reads and tells, event by event, what stands there; a Builder makes a Value of it. The library finds
// the end of a text 16 bytes at a time, and that is where the time of a long message goes. Only this file knows it.
#include "chapters/ch11_channel/json.h"

#ifdef __SSE2__
#define RAPIDJSON_SSE2
#endif
// Or it inlines what it does for each character only where NDEBUG is set, which is nowhere here.
#define RAPIDJSON_FORCEINLINE __attribute__((always_inline))
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "chapters/ch11_channel/number.h"
#include "chapters/ch11_channel/text.h"
#include "platform/text.h"

namespace proclab::channel {
namespace {

/// What the library calls. A false stops it. Each value is made where it stays: in `root`, or at the end of the
/// innermost array or object that is open. That one is the last of its own parent's, which does not grow meanwhile.
class Builder {
 public:
  /// `why` is where a stop is explained.
  Builder(Value& root, std::optional<Error>& why) : root_(root), why_(why) {}

  bool Null() { return put(nullptr); }
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
    return put(std::string_view(text, size));
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    name_ = {text, size};
    return true;
  }
  bool StartObject() { return open(Object()); }
  bool StartArray() { return open(Array()); }
  bool EndObject(rapidjson::SizeType) { return close(); }
  bool EndArray(rapidjson::SizeType) { return close(); }

 private:
  bool stop(std::errc code, std::string what) {
    why_ = make_error("parse_json", code, std::move(what));
    return false;
  }

  template <class V>
  bool put(V&& value) {
    if (depth_ == 0) {
      root_ = std::forward<V>(value);
    } else if (Array* const array = open_[depth_ - 1]->as_array()) {
      array->emplace_back(std::forward<V>(value));
    } else {
      open_[depth_ - 1]->as_object()->add(name_, std::forward<V>(value));
    }
    return true;
  }

  template <class Container>
  bool open(Container empty) {
    if (depth_ == kMaxDepth) {
      return stop(std::errc::value_too_large,
                  "more than " + std::to_string(kMaxDepth) + " arrays and objects in one another");
    }
    put(std::move(empty));
    open_[depth_] = depth_ == 0 ? &root_ : last_of(*open_[depth_ - 1]);
    ++depth_;
    return true;
  }

  static Value* last_of(Value& parent) {
    if (Array* const array = parent.as_array()) return &array->back();
    return &parent.as_object()->members.back().second;
  }

  bool close() {
    --depth_;
    return true;
  }

  Value& root_;
  std::optional<Error>& why_;
  Value* open_[kMaxDepth];  // each in the one before it
  int depth_ = 0;
  std::string_view name_;  // that the next member will have; stands in the text
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
constexpr std::size_t kKeptCopy = 1 << 20;

rapidjson::ParseResult parse(std::string_view text, Value& value, std::optional<Error>& why) {
  // A copy that it may write in: a text's escapes are resolved where they stand. Its memory stays for the next text:
  // to ask for it, touch it and give it back costs a long message more than to be read.
  thread_local std::vector<char> copy;
  if (copy.size() > kKeptCopy) std::vector<char>().swap(copy);
  if (copy.size() < text.size() + kPadding) copy.resize(text.size() + kPadding);
  std::copy(text.begin(), text.end(), copy.begin());
  copy[text.size()] = '\0';
  rapidjson::InsituStringStream stream(copy.data());
  Builder builder(value, why);
  rapidjson::Reader reader;
  // The library calls itself for each depth, and Builder::open() ends that in time. Numbers come as texts: its own
  // reader of doubles can be led out of a table's bounds (release 1.1.0; the fuzzer's first find).
  constexpr unsigned kFlags = rapidjson::kParseInsituFlag | rapidjson::kParseNumbersAsStringsFlag;
  const rapidjson::ParseResult result = reader.Parse<kFlags>(stream, builder);
  if (result.IsError() || stream.Tell() == text.size()) return result;
  // It takes a NUL for the end.
  return {rapidjson::kParseErrorDocumentRootNotSingular, stream.Tell()};
}

Error refused(rapidjson::ParseResult result, std::optional<Error> why) {
  if (why) return *std::move(why);
  return make_error("parse_json", std::errc::bad_message,
                    std::string(rapidjson::GetParseError_En(result.Code())) + " At byte " +
                        std::to_string(result.Offset()));
}

}  // namespace

Result<Value> parse_json(std::string_view text) {
  if (text.size() > UINT32_MAX) {  // the library's lengths
    return make_error("parse_json", std::errc::value_too_large, "4 GiB or more");
  }
  const Scan scan = scan_text(text);
  if (scan.kind == TextKind::invalid || scan.kind == TextKind::surrogates) {
    return make_error("parse_json", std::errc::illegal_byte_sequence,
                      "no UTF-8 at byte " + std::to_string(scan.bad_at));
  }
  Result<Value> value = Value();
  std::optional<Error> why;
  rapidjson::ParseResult result = parse(text, *value, why);
  if (result.Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid) {
    result = parse(unescape_unpaired(text), *value, why);
  }
  if (result.IsError()) return refused(result, std::move(why));
  return value;
}

}  // namespace proclab::channel
