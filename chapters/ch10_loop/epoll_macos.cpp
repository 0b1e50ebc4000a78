// Chapter 10 · loop: macOS has no epoll; its kqueue would stand here. poll(2) does, too. Compiled, not run.
#include "chapters/ch10_loop/engine_posix.h"

namespace proclab::loop {

std::vector<Backend> backends() { return {Backend::poll}; }

Result<std::unique_ptr<Selector>> make_epoll() {
  return make_error("Loop::open", std::errc::not_supported, "epoll is Linux's");
}

}  // namespace proclab::loop
