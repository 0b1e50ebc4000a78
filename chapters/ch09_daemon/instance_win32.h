// Chapter 9 · daemon: a process by its id and the time of its start: what no other process ever is.
#pragma once

#include <string>
#include <string_view>

#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::daemon {

/// "1234 133456789012345678\n" for this process: its id, and its start in 100 ns since 1601.
std::string this_instance();

/// A process that runs, and a handle to it, which keeps its id from being used again.
struct Instance {
  Pid pid = 0;
  Handle process;
};

/// The running process that such a text names. `access` as for OpenProcess; what is needed to look
/// is added. Errors: no_such_process: it has ended, or the text is none of ours.
Result<Instance> open_instance(std::string_view text, unsigned long access);

/// The text that the pidfile `path` has. Needs no access that its holder would not share.
Result<std::string> read_instance(const std::string& path);

/// The name of an event that reaches exactly this process: "Local\proclab-daemon-1234-stop".
std::wstring event_name(Pid pid, const wchar_t* purpose);

}  // namespace proclab::daemon
