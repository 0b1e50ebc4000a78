// Chapter 1 · identity on Linux: the argument area, as other programs see it.
#include "chapters/ch01_process/identity.h"
#include "chapters/ch01_process/proc_linux.h"

namespace proclab::process {

Result<std::vector<std::string>> system_arguments() {
  Result<std::string> text = read_proc("/proc/self/cmdline");
  if (!text) return text.error();
  std::vector<std::string> list;
  for (std::size_t at = 0; at < text->size();) {
    // Each argument ends with a NUL, the last one too; after set_title() the last may lack it.
    const std::size_t end = std::min(text->find('\0', at), text->size());
    list.push_back(text->substr(at, end - at));
    at = end + 1;
  }
  return list;
}

}  // namespace proclab::process
