// Chapter 7 · benchmark: a signal as libuv hears of it: a self-pipe too, and a loop around it.
#include <memory>

#include <signal.h>
#include <unistd.h>
#include <uv.h>

#include "chapters/ch07_signals/bench/ways.h"

namespace proclab::signals::bench {
namespace {

struct Loop {
  uv_loop_t loop;
  uv_signal_t signal;
  int heard = 0;

  Loop() {
    uv_loop_init(&loop);
    uv_signal_init(&loop, &signal);
    signal.data = this;
    const auto hear = [](uv_signal_t* handle, int) { ++static_cast<Loop*>(handle->data)->heard; };
    if (uv_signal_start(&signal, hear, SIGUSR1) != 0) failed("uv_signal_start");
  }
  ~Loop() {
    uv_close(reinterpret_cast<uv_handle_t*>(&signal), nullptr);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;
};

}  // namespace

Once begin_libuv() {
  auto loop = std::make_shared<Loop>();
  return [loop] {
    const int before = loop->heard;
    ::kill(::getpid(), SIGUSR1);
    while (loop->heard == before) uv_run(&loop->loop, UV_RUN_ONCE);
  };
}

}  // namespace proclab::signals::bench
