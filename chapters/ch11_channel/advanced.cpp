// Chapter 11 · channel: reading V8's format. Read advanced.h, advanced_tags.h, advanced_input.h.
//
// Everything read here was chosen by somebody else. So: no byte is looked at before it is known to be there, no
// memory is asked for that the message could not fill, and no depth is followed that the stack could not bear.
#include "chapters/ch11_channel/advanced.h"

#include <cstdint>
#include <cstdio>

#include "chapters/ch11_channel/advanced_input.h"
#include "chapters/ch11_channel/advanced_tags.h"
#include "chapters/ch11_channel/number.h"

namespace proclab::channel {
namespace {

constexpr std::uint32_t kOldest = 13, kNewest = 15;  // older ones have no tag for host objects
constexpr std::size_t kMostHoles = 1 << 16;

/// What a tag that we do not take stands for.
const char* name_of(std::uint8_t tag) {
  switch (tag) {
    case 'D': return "a Date";
    case 'R': return "a RegExp";
    case ';': return "a Map";
    case '\'': return "a Set";
    case 'r': return "an Error";
    case 'Z': return "a BigInt";
    case 'x':
    case 'y': return "a Boolean object";
    case 'n': return "a Number object";
    case 's': return "a String object";
    case 'z': return "a BigInt object";
    case '^': return "an object that occurs twice";
    case '~': return "a resizable ArrayBuffer";
    case 'V': return "a view into an ArrayBuffer";
    default: return "an unknown tag";
  }
}

class Reader : public AdvancedInput {
 public:
  explicit Reader(std::string_view data) : AdvancedInput(data), slots_(data.size() + kMostHoles) {}

  bool read_message(Value& value) {
    std::uint32_t version = 0;
    if (!expect(tag::kVersion) || !read_varint(version)) return false;
    if (version < kOldest || version > kNewest) {
      return fail(std::errc::not_supported, "format version " + std::to_string(version));
    }
    if (!read(value, 0)) return false;
    return left() == 0 || fail(std::errc::bad_message, "more bytes than the value has");
  }

 private:
  //> read-value
  bool read(Value& value, int depth) {
    std::uint8_t tag = 0;
    return read_tag(tag) && read_tagged(tag, value, depth);
  }

  bool read_tagged(std::uint8_t tag, Value& value, int depth) {
    switch (tag) {
      case tag::kNull:
      case tag::kUndefined:
      case tag::kHole: value = nullptr; return true;
      case tag::kTrue: value = true; return true;
      case tag::kFalse: value = false; return true;
      case tag::kInt32:
      case tag::kUint32:
      case tag::kDouble: return read_number(tag, value);
      case tag::kOneByteText:
      case tag::kTwoByteText:
      case tag::kUtf8Text: return read_text(tag, value);
      case tag::kArrayBuffer: return read_bytes(value);
      case tag::kHostObject: return read_host_object(value, depth);
      case tag::kObject: return enter(depth) && read_object(value, depth + 1);
      case tag::kDense: return enter(depth) && read_dense(value, depth + 1);
      case tag::kSparse: return enter(depth) && read_sparse(value, depth + 1);
      default: return refuse(tag);
    }
  }
  //< read-value

  bool refuse(std::uint8_t tag) {
    char text[8];
    std::snprintf(text, sizeof text, " (%02x)", tag);
    return fail(std::errc::not_supported, name_of(tag) + std::string(text));
  }

  bool enter(int depth) {
    return depth < kMaxDepth ||
           fail(std::errc::value_too_large,
                "more than " + std::to_string(kMaxDepth) + " arrays and objects in one another");
  }

  bool read_host_object(Value& value, int depth) {
    std::uint32_t kind = 0, view = 0;
    if (!read_varint(kind)) return false;
    if (kind == tag::kHostPlain) return enter(depth) && read(value, depth + 1);
    if (kind != tag::kHostView) return fail(std::errc::bad_message, "an unknown host object");
    if (!read_varint(view)) return false;
    switch (view) {
      case tag::kBuffer:
      case tag::kUint8Array:
      case tag::kUint8ClampedArray:
      case tag::kDataView: return read_bytes(value);
      // Numbers of more than a byte, or with a sign: as bytes they would mean something else.
      default: return fail(std::errc::not_supported, "typed array " + std::to_string(view));
    }
  }

  //> read-array
  /// Asks whether an array may be that long. Each element takes a byte of the message at least, but for holes; so
  /// all arrays together have no more than the message's size, and some holes. Without this sum five bytes
  /// would reserve gigabytes, or a thousand arrays in one another megabytes each.
  bool claim(std::uint32_t length) {
    if (length > slots_)
      return fail(std::errc::value_too_large, "an array longer than its message");
    slots_ -= length;
    return true;
  }

  bool read_dense(Value& value, int depth) {
    std::uint32_t length = 0;
    if (!read_varint(length)) return false;
    if (length > left()) return fail(std::errc::bad_message, "cut off");
    if (!claim(length)) return false;
    Array array(length);
    for (Value& element : array) {
      if (!read(element, depth)) return false;
    }
    value = std::move(array);
    return read_end(tag::kDenseEnd, 0, length);
  }

  bool read_sparse(Value& value, int depth) {
    std::uint32_t length = 0, count = 0;
    if (!read_varint(length) || !claim(length)) return false;
    Array array(length);
    std::uint8_t tag = 0;
    while (read_tag(tag)) {
      if (tag == tag::kSparseEnd) {
        value = std::move(array);
        return read_counts(count, length);
      }
      Value index;
      if (!read_tagged(tag, index, depth)) return false;
      const double* at = index.as_number();
      if (at == nullptr || !(*at >= 0 && *at < length)) {
        return fail(std::errc::not_supported, "an array with named properties");
      }
      if (!read(array[static_cast<std::size_t>(*at)], depth)) return false;
      ++count;
    }
    return false;
  }
  //< read-array

  bool read_object(Value& value, int depth) {
    Object object;
    std::uint8_t tag = 0;
    while (read_tag(tag)) {
      if (tag == tag::kObjectEnd) {
        const std::size_t count = object.members.size();
        value = std::move(object);
        std::uint32_t said = 0;
        return read_varint(said) &&
               (said == count || fail(std::errc::bad_message, "another number of members"));
      }
      std::string name;
      Value member;
      if (!read_name(tag, name, depth) || !read(member, depth)) return false;
      object.add(std::move(name), std::move(member));
    }
    return false;
  }

  /// JavaScript keeps a name like "12" as a number.
  bool read_name(std::uint8_t tag, std::string& name, int depth) {
    Value value;
    if (!read_tagged(tag, value, depth)) return false;
    if (std::string* text = value.as_string()) {
      name = std::move(*text);
    } else if (const double* number = value.as_number();
               number != nullptr && *number - *number == 0) {
      append_number(*number, name);
    } else {
      return fail(std::errc::bad_message, "a name that is no text");
    }
    return true;
  }

  bool read_end(std::uint8_t end, std::uint32_t count, std::uint32_t length) {
    std::uint8_t tag = 0;
    if (!read_tag(tag)) return false;
    if (tag != end) return fail(std::errc::not_supported, "an array with named properties");
    return read_counts(count, length);
  }

  bool read_counts(std::uint32_t count, std::uint32_t length) {
    std::uint32_t said_count = 0, said_length = 0;
    if (!read_varint(said_count) || !read_varint(said_length)) return false;
    return (said_count == count && said_length == length) ||
           fail(std::errc::bad_message, "another number of elements");
  }

  std::size_t slots_;  // array elements that may still be asked for
};

}  // namespace

Result<Value> parse_advanced(std::span<const std::byte> data) {
  Reader reader({reinterpret_cast<const char*>(data.data()), data.size()});
  Value value;
  if (!reader.read_message(value)) return reader.error();
  return value;
}

}  // namespace proclab::channel
