// Chapter 7 · benchmark: the ways to hear of a signal. Each call: sends itself one, and has heard of it.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace proclab::signals::bench {

using Once = std::function<void()>;

/// A way that is set up while it lives: its handlers and masks are gone with it.
struct Way {
  std::string name;
  std::function<Once()> begin;
};

/// kill() and a handler that sets a flag: what the kernel takes, and nothing else.
[[nodiscard]] Once begin_bare_handler();
#ifdef PROCLAB_HAS_LIBUV
/// uv_signal_t: what stands under Node's process.on('SIGUSR1').
[[nodiscard]] Once begin_libuv();
#endif

[[noreturn]] void failed(const std::string& why);

}  // namespace proclab::signals::bench
