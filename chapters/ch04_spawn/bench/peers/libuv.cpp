// Chapter 4 · benchmark: the spawn as libuv does it, which is what stands under Node.
#include <uv.h>

#include "chapters/ch04_spawn/bench/ways.h"

namespace proclab::spawn::bench {

void once_libuv(const Job& job) {
  char* argv[] = {const_cast<char*>(job.program.c_str()), nullptr};
  uv_stdio_container_t stdio[3];
  for (int slot = 0; slot < 3; ++slot) {
    stdio[slot].flags = UV_INHERIT_FD;
    stdio[slot].data.fd = job.descriptors[slot];
  }
  uv_process_options_t options{};
  options.file = argv[0];
  options.args = argv;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = [](uv_process_t* child, std::int64_t code, int) {
    if (code != 0) failed("uv_spawn", "the program did not exit with 0");
    uv_close(reinterpret_cast<uv_handle_t*>(child), nullptr);
  };
  uv_process_t child;
  const int error = uv_spawn(uv_default_loop(), &child, &options);
  if (error != 0) failed("uv_spawn", uv_strerror(error));
  uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}

}  // namespace proclab::spawn::bench
