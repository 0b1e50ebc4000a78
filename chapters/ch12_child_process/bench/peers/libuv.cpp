// Chapter 12 · benchmark: the same by libuv, which is what stands under Node's child_process.
#include <uv.h>

#include "chapters/ch12_child_process/bench/ways.h"

namespace proclab::child_process::bench {
namespace {

void close(uv_handle_t* handle) {
  if (!uv_is_closing(handle)) uv_close(handle, nullptr);
}

void give_room(uv_handle_t*, std::size_t, uv_buf_t* buffer) {
  static char room[65536];
  *buffer = uv_buf_init(room, sizeof room);
}

void on_read(uv_stream_t* stream, ssize_t size, const uv_buf_t*) {
  if (size < 0) close(reinterpret_cast<uv_handle_t*>(stream));
}

void on_exit(uv_process_t* child, std::int64_t code, int) {
  if (code != 0) failed("uv_spawn", "no exit 0");
  close(reinterpret_cast<uv_handle_t*>(child));
  if (child->data != nullptr)
    close(static_cast<uv_handle_t*>(child->data));  // our end of its stdin
}

}  // namespace

void once_libuv(bool pipes) {
  uv_loop_t* loop = uv_default_loop();
  const std::string program = tiny_program();
  char* argv[] = {const_cast<char*>(program.c_str()), nullptr};
  uv_pipe_t ends[3];
  uv_stdio_container_t stdio[3];
  for (int slot = 0; slot < 3; ++slot) {
    stdio[slot].flags = UV_IGNORE;
    if (!pipes) continue;
    uv_pipe_init(loop, &ends[slot], 0);
    stdio[slot].flags = static_cast<uv_stdio_flags>(
        UV_CREATE_PIPE | (slot == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE));
    stdio[slot].data.stream = reinterpret_cast<uv_stream_t*>(&ends[slot]);
  }
  uv_process_options_t options{};
  options.file = argv[0];
  options.args = argv;
  options.stdio = stdio;
  options.stdio_count = 3;
  options.exit_cb = on_exit;
  uv_process_t child;
  child.data = pipes ? &ends[0] : nullptr;
  const int error = uv_spawn(loop, &child, &options);
  if (error != 0) failed("uv_spawn", uv_strerror(error));
  for (int slot = 1; pipes && slot < 3; ++slot) {
    uv_read_start(reinterpret_cast<uv_stream_t*>(&ends[slot]), give_room, on_read);
  }
  uv_run(loop, UV_RUN_DEFAULT);
}

}  // namespace proclab::child_process::bench
