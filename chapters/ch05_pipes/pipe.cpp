// Chapter 5 · pipes: what is the same on every system. Read pipe.h first.
#include "chapters/ch05_pipes/pipe.h"

namespace proclab::pipes {

//> read-all
Result<std::string> read_all(NativeHandle from) {
  std::string all;
  std::string block(64 * 1024, '\0');
  for (;;) {
    const Result<std::size_t> count = read_some(from, block.data(), block.size());
    if (!count) return count.error();
    if (*count == 0) return all;
    all.append(block, 0, *count);
  }
}
//< read-all

}  // namespace proclab::pipes
