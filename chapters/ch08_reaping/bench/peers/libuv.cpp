// Chapter 8 · benchmark: children under libuv, which is what stands under Node.
#include <uv.h>

#include <csignal>

#include "chapters/ch08_reaping/bench/ways.h"

namespace proclab::reaping::bench {
namespace {

class Libuv final : public Family {
 public:
  explicit Libuv(std::size_t places) : children_(places) {}
  void start(std::size_t place) override {
    static std::string program = sleeper_program();
    char* argv[] = {program.data(), nullptr};
    uv_stdio_container_t stdio[1];
    stdio[0].flags = UV_INHERIT_FD;
    stdio[0].data.fd = sleepers_stdin();
    uv_process_options_t options{};
    options.file = argv[0];
    options.args = argv;
    options.stdio = stdio;
    options.stdio_count = 1;
    options.exit_cb = [](uv_process_t* child, std::int64_t, int) {
      ++*static_cast<std::size_t*>(child->data);
      uv_close(reinterpret_cast<uv_handle_t*>(child), nullptr);
    };
    children_[place].data = &ended_;
    const int error = uv_spawn(uv_default_loop(), &children_[place], &options);
    if (error != 0) failed("uv_spawn", uv_strerror(error));
  }
  void kill(std::size_t place) override { uv_process_kill(&children_[place], SIGKILL); }
  void reap(std::size_t count) override {
    for (ended_ = 0; ended_ < count;) uv_run(uv_default_loop(), UV_RUN_ONCE);
    // The closing callbacks, before the places are used again.
    uv_run(uv_default_loop(), UV_RUN_NOWAIT);
  }

 private:
  std::vector<uv_process_t> children_;
  std::size_t ended_ = 0;
};

}  // namespace

std::unique_ptr<Family> make_libuv(std::size_t places) { return std::make_unique<Libuv>(places); }

}  // namespace proclab::reaping::bench
