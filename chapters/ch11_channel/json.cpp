// Chapter 11 · channel: reading JSON. Read json.h.
//
// RapidJSON reads and tells, event by event, what stands there; a Builder makes a Value of it. What lies between a
// text's quotes is looked through 16 bytes at a time, and that is where the time of a long message goes: the library
// does it for streams of its own, in steps of one byte up to an aligned address (which a short text never reaches), and
// lets 0x1A to 0x1F pass there (release 1.1.0). So the stream is ours. Only this file knows the library.
#include "chapters/ch11_channel/json.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <bit>
#include <cstring>

#ifdef __GNUC__
// Or it inlines what it does for each character only where NDEBUG is set, which is nowhere here.
#define RAPIDJSON_FORCEINLINE __attribute__((always_inline))
#endif
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include "chapters/ch11_channel/number.h"
#include "chapters/ch11_channel/text.h"
#include "platform/text.h"

namespace proclab::channel {
namespace {

/// What the library reads, and writes in: an escape becomes its character where it stands. The text ends with a NUL, and
/// kPadding bytes from there on may be read.
struct Padded {
  using Ch = char;
  char* read;
  char* written;
  const char* start;

  [[nodiscard]] char Peek() const { return *read; }
  char Take() { return *read++; }
  [[nodiscard]] std::size_t Tell() const { return static_cast<std::size_t>(read - start); }
  char* PutBegin() { return written = read; }
  void Put(char c) { *written++ = c; }
  std::size_t PutEnd(const char* begin) const { return static_cast<std::size_t>(written - begin); }

  /// On to the next character that has a meaning: a quote, a backslash, a control character. A processor without SSE2
  /// leaves it to the library, one by one.
  void skip_plain();
};

constexpr std::size_t kPadding = 32;

inline void Padded::skip_plain() {
#ifdef __SSE2__
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\'),
                control = _mm_set1_epi8(0x1F);
  char* at = read;
  for (;; at += sizeof quote) {
    const __m128i piece = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i found =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(piece, quote), _mm_cmpeq_epi8(piece, backslash)),
                     _mm_cmpeq_epi8(_mm_max_epu8(piece, control), control));
    const auto mask = static_cast<unsigned>(_mm_movemask_epi8(found));
    if (mask == 0) continue;
    at += std::countr_zero(mask);
    break;
  }
  const auto size = static_cast<std::size_t>(at - read);
  if (written != read) std::memmove(written, read, size);  // behind an escape
  read += size;
  written += size;
#endif
}

}  // namespace
}  // namespace proclab::channel

namespace rapidjson {
template <>
struct StreamTraits<proclab::channel::Padded> {
  enum { copyOptimization = 1 };  // its pointers stay in registers
};
// Two that the library has for its own streams, and leaves to be given for others.
template <>
[[gnu::always_inline]] inline void SkipWhitespace(proclab::channel::Padded& text) {
  while (*text.read == ' ' || *text.read == '\n' || *text.read == '\r' || *text.read == '\t')
    ++text.read;
}
template <>
template <>
inline void Reader::ScanCopyUnescapedString(proclab::channel::Padded& text,
                                            proclab::channel::Padded&) {
  text.skip_plain();
}
}  // namespace rapidjson

namespace proclab::channel {
namespace {

/// What the library calls. A false stops it. Each value is made where it stays: in `root`, or in the innermost array or
/// object that is open, which is in its own parent, and that one does not grow meanwhile. Where a value of an earlier
/// text stands, its memory is used again: peers say the same kind of thing over and over, and to allocate and free a
/// short message's parts costs as much as to read it.
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
    Value& place = next();
    if (place.as_string() == nullptr) place = Value(std::string_view());
    assign({text, size}, *place.as_string());
    return true;
  }
  bool Key(const char* text, rapidjson::SizeType size, bool) {
    name_ = {text, size};
    return true;
  }
  bool StartObject() {
    if (depth_ == kMaxDepth) return too_deep();
    Value& place = next();
    if (place.as_object() == nullptr) place = Object();
    open_[depth_++] = {nullptr, place.as_object(), 0};
    return true;
  }
  bool StartArray() {
    if (depth_ == kMaxDepth) return too_deep();
    Value& place = next();
    if (place.as_array() == nullptr) place = Array();
    open_[depth_++] = {place.as_array(), nullptr, 0};
    return true;
  }
  bool EndObject(rapidjson::SizeType) {
    const Open& it = open_[--depth_];
    it.object->members.resize(it.size);
    return true;
  }
  bool EndArray(rapidjson::SizeType) {
    const Open& it = open_[--depth_];
    it.array->resize(it.size);
    return true;
  }

 private:
  // No initializers: for all kMaxDepth they would cost more than a short message.
  struct Open {
    Array* array;  // one of the two
    Object* object;
    std::size_t size;  // so many of its values are of this text
  };

  bool stop(std::errc code, std::string what) {
    why_ = make_error("parse_json", code, std::move(what));
    return false;
  }
  bool too_deep() {
    return stop(std::errc::value_too_large,
                "more than " + std::to_string(kMaxDepth) + " arrays and objects in one another");
  }

  /// to.assign(text), made for what is mostly of the size that it had.
  static void assign(std::string_view text, std::string& to) {
    to.resize(text.size());
    copy_text(text, to.data());
  }

  template <class V>
  bool put(V value) {
    next() = value;
    return true;
  }

  /// Where the next value belongs. What stands there is of an earlier text, or null.
  Value& next() {
    if (depth_ == 0) return root_;
    Open& in = open_[depth_ - 1];
    const std::size_t at = in.size++;
    if (in.array != nullptr)
      return at < in.array->size() ? (*in.array)[at] : in.array->emplace_back();
    std::vector<Member>& members = in.object->members;
    if (at < members.size()) {
      assign(name_, members[at].first);
    } else {
      in.object->add(name_, nullptr);
    }
    return members[at].second;
  }

  Value& root_;
  std::optional<Error>& why_;
  Open open_[kMaxDepth];  // each in the one before it
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

constexpr std::size_t kKeptCopy = 1 << 20;

rapidjson::ParseResult parse(std::string_view text, Value& value, std::optional<Error>& why) {
  // A copy that it may write in: a text's escapes are resolved where they stand. Its memory stays for the next text:
  // to ask for it, touch it and give it back costs a long message more than to be read.
  thread_local std::vector<char> copy;
  if (copy.size() > kKeptCopy) std::vector<char>().swap(copy);
  if (copy.size() < text.size() + kPadding) copy.resize(text.size() + kPadding);
  copy_text(text, copy.data());
  copy[text.size()] = '\0';
  Padded stream{copy.data(), copy.data(), copy.data()};
  Builder builder(value, why);
  rapidjson::Reader reader;
  // The library calls itself for each depth, and the Builder ends that in time. Numbers come as texts: its own
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

Result<void> parse_json(std::string_view text, Value& value) {
  if (text.size() > UINT32_MAX) {  // the library's lengths
    return make_error("parse_json", std::errc::value_too_large, "4 GiB or more");
  }
  const Scan scan = scan_text(text);
  if (scan.kind == TextKind::invalid || scan.kind == TextKind::surrogates) {
    return make_error("parse_json", std::errc::illegal_byte_sequence,
                      "no UTF-8 at byte " + std::to_string(scan.bad_at));
  }
  std::optional<Error> why;
  rapidjson::ParseResult result = parse(text, value, why);
  if (result.Code() == rapidjson::kParseErrorStringUnicodeSurrogateInvalid) {
    result = parse(unescape_unpaired(text), value, why);
  }
  if (result.IsError()) return refused(result, std::move(why));
  return {};
}

Result<Value> parse_json(std::string_view text) {
  Result<Value> value = Value();
  if (Result<void> done = parse_json(text, *value); !done) return done.error();
  return value;
}

}  // namespace proclab::channel
