// Chapter 1 · title: what a process is called in ps, top and the task list.
//
// Raw calls met: prctl(PR_SET_NAME) and the argument area; GetConsoleTitleW, SetConsoleTitleW.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/result.h"

namespace proclab::process {

/// Call it first in main, once, before any thread. Returns copies of the arguments (UTF-8), and
/// remembers where the originals lie: on Linux set_title() overwrites them, so that from then on
/// main's own argv must not be read. Node (libuv's uv_setup_args) does the same.
[[nodiscard]] std::vector<std::string> keep_args(int argc, char** argv);

/// Linux: shows `text` in ps: /proc/PID/cmdline, cut to the bytes that the arguments had (a program
/// started without arguments has little room), and /proc/PID/comm, cut to 15 bytes.
/// Windows: the title of the console window, which all programs in it share.
/// Errors: invalid_argument (NUL inside), no_buffer_space (Linux: keep_args was not called), the
/// system's (Windows: no console); macOS: function_not_supported. Threads: one lock; on Linux call
/// it from the main thread, as comm is a name of the *calling thread*. Node: process.title = text.
Result<void> set_title(std::string_view text);

/// The title as it is now, with all cuts. Linux: argv[0] before the first set_title(). Errors: as
/// above. Node: process.title.
[[nodiscard]] Result<std::string> title();

}  // namespace proclab::process
