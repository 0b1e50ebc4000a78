// Chapter 2 · stdio: the two consoles. Read console.h first.
#include "chapters/ch02_stdio/console.h"

namespace proclab::stdio {

std::string format(const Object& object) {
  if (object.empty()) return "{}";
  std::string text = "{";
  const char* separator = " ";
  for (const auto& [key, value] : object) {
    text += separator + key + ": " + std::to_string(value);
    separator = ", ";
  }
  return text + " }";
}

//> consoles
Result<bool> Console::log(const Object& object) { return out_.write(format(object) + "\n"); }

Result<bool> LateConsole::show() {
  std::string text;
  for (const auto& object : lines_) text += format(*object) + "\n";  // only now is it looked at
  lines_.clear();
  return out_.write(text);
}
//< consoles

}  // namespace proclab::stdio
