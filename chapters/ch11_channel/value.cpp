// Chapter 11 · channel: a value as JavaScript sends it. Read value.h.
#include "chapters/ch11_channel/value.h"

#include <algorithm>

namespace proclab::channel {

Object::Object(std::initializer_list<Member> list) : members(list) {}

const Value* Object::find(std::string_view name) const {
  const auto last = std::find_if(members.rbegin(), members.rend(),
                                 [&](const Member& member) { return member.first == name; });
  return last == members.rend() ? nullptr : &last->second;
}

Value* Object::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

const Value* Value::find(std::string_view name) const {
  const Object* object = as_object();
  return object == nullptr ? nullptr : object->find(name);
}

Value* Value::find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).find(name));
}

bool operator==(const Value& a, const Value& b) { return a.data_ == b.data_; }
bool operator==(const Object& a, const Object& b) { return a.members == b.members; }

}  // namespace proclab::channel
