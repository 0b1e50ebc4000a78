// Chapter 11 · channel: a value as JavaScript sends it. Read value.h.
#include "chapters/ch11_channel/value.h"

namespace proclab::channel {

Object::Object(std::initializer_list<Member> list) : members(list) {}

const Value* Object::find(std::string_view name) const {
  for (std::size_t i = members.size(); i-- > 0;) {
    if (members[i].first == name) return &members[i].second;
  }
  return nullptr;
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
