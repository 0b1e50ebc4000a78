// Chapter 11 · channel: a value as JavaScript sends it.
//
// Question: what can stand in a message? What JSON has, and byte buffers, which only Node's 'advanced' mode
// carries as such. Read before: nothing. Then json.h and advanced.h, the two ways to write one down.
#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace proclab::channel {

class Value;

using Bytes = std::vector<std::byte>;
/// `Array{1, "a"}` has two elements. Write an array that holds one array with push_back: compilers disagree
/// whether Array{Array{}} is that or a copy.
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

/// How deep arrays and objects may stand in one another: 1 for `[]`. Neither a reader nor a writer of this chapter
/// goes deeper, so that no peer chooses how much stack we use, in them or in ~Value.
inline constexpr int kMaxDepth = 512;

/// A plain object: its members in the order in which they came. A name that comes twice is kept twice.
class Object {
 public:
  Object() = default;
  Object(std::initializer_list<Member> members);

  /// The member's value, or nullptr. Of a name that came twice the last, as in JavaScript: a filter in front
  /// of us and we must see the same one. Linear: messages have few members.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);
  /// Appends a member, made where it stays of what a std::string and a Value are made of.
  template <class Name, class V>
  void add(Name&& name, V&& value);

  std::vector<Member> members;
};

/// null, a boolean, a number, a text, bytes, an array or an object. A plain value: copies are deep.
///
///   Value(Object{{"cmd", "NODE_HANDLE"}, {"n", 1}})
///
/// Numbers are doubles, as in JavaScript: an integer beyond 2^53 is rounded. Texts are UTF-8; JavaScript's unpaired
/// surrogates, which UTF-8 has no form for, have the three bytes that platform/text.h gives them, so that
/// no text changes on its way. What is not that is refused by the writers. undefined is null.
class Value {
 public:
  Value() = default;
  Value(std::nullptr_t) {}
  template <std::same_as<bool> B>  // a template, or every pointer would be a bool
  Value(B value) : data_(value) {}
  template <class N>
  requires(std::integral<N> || std::floating_point<N>) && (!std::same_as<N, bool>)Value(N value)
      : data_(static_cast<double>(value)) {}
  Value(std::string text) : data_(std::move(text)) {}
  Value(std::string_view text) : data_(std::in_place_type<std::string>, text) {}
  Value(const char* text) : data_(std::in_place_type<std::string>, text) {}
  Value(Bytes bytes) : data_(std::move(bytes)) {}
  Value(Array array) : data_(std::move(array)) {}
  Value(Object object) : data_(std::move(object)) {}

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  /// What it is, or nullptr when it is something else.
  [[nodiscard]] const bool* as_bool() const { return std::get_if<bool>(&data_); }
  [[nodiscard]] const double* as_number() const { return std::get_if<double>(&data_); }
  [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&data_); }
  [[nodiscard]] const Bytes* as_bytes() const { return std::get_if<Bytes>(&data_); }
  [[nodiscard]] const Array* as_array() const { return std::get_if<Array>(&data_); }
  [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&data_); }
  [[nodiscard]] std::string* as_string() { return std::get_if<std::string>(&data_); }
  [[nodiscard]] Bytes* as_bytes() { return std::get_if<Bytes>(&data_); }
  [[nodiscard]] Array* as_array() { return std::get_if<Array>(&data_); }
  [[nodiscard]] Object* as_object() { return std::get_if<Object>(&data_); }

  /// The member of that name, when this is an object that has one; else nullptr.
  [[nodiscard]] const Value* find(std::string_view name) const;
  [[nodiscard]] Value* find(std::string_view name);

  /// The same type and content; of objects also the same order. NaN is not NaN.
  friend bool operator==(const Value& a, const Value& b);

 private:
  std::variant<std::monostate, bool, double, std::string, Bytes, Array, Object> data_;
};

bool operator==(const Object& a, const Object& b);

template <class Name, class V>
void Object::add(Name&& name, V&& value) {
  // Most objects have a few members: one allocation for them, where doubling from one takes three.
  if (members.capacity() == 0) members.reserve(4);
  members.emplace_back(std::forward<Name>(name), std::forward<V>(value));
}

}  // namespace proclab::channel
