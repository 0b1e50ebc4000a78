// Chapter 2 · stdio: the browser's puzzle. An object is logged, then changed. What is printed?
//
// Look for: 1 from the console that formats inside log(), as Node does; 2 from the one that keeps a
// reference and formats when somebody looks. A copy made by the caller helps with both.
//
// Run: ch02_console
#include <cstdio>
#include <cstring>
#include <memory>

#include "chapters/ch02_stdio/console.h"
#include "chapters/ch02_stdio/writer.h"

int main(int argc, char** argv) {
  using namespace proclab::stdio;
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("ch02_console: logs {index: 1}, then counts.\nusage: ch02_console"), 0;
  }
  BlockingWriter out(standard(1));
  //> puzzle
  Console console(out);
  LateConsole late(out);
  auto i = std::make_shared<Object>(Object{{"index", 1}});
  (void)out.write("formats in log():   ");
  (void)console.log(*i);
  late.log(i);                             // the object itself
  late.log(std::make_shared<Object>(*i));  // a copy, made now
  ++(*i)["index"];
  (void)out.write("formats when shown, the object and a copy:\n");
  (void)late.show();
  //< puzzle
}
