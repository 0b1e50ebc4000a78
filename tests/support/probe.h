// tests/support · probe: what the portable part asks of each system.
#pragma once

#include <string>
#include <vector>

namespace proclab::probe {

using Args = std::vector<std::string>;

/// Puts all of `text` on stdout (1) or stderr (2), past any library's buffer. False: nobody reads.
bool put(int slot, const std::string& text);
/// Up to 64 KiB of stdin; empty at its end.
std::string take();

/// Each of these is a sub-command: its exit code is the program's.
int die(const Args& args);
int fds(const Args& args);
int ids(const Args& args);
int signals(const Args& args);
int limits(const Args& args);
int gate(const Args& args);
int ready(const Args& args);
int grandchild(const Args& args);
int ignore_term(const Args& args);
int trap(const Args& args);
/// "NAME=value" of this process's environment, as UTF-8, in the order the system keeps it.
std::vector<std::string> environment();
/// The working directory as UTF-8; empty when it is gone.
std::string cwd();
/// argv as UTF-8, exactly as the program was given it.
Args arguments(int argc, char** argv);

}  // namespace proclab::probe
