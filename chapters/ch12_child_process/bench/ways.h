// Chapter 12 · benchmark: the ways to start a program and to hear of its end that are measured.
#pragma once

#include <string>

namespace proclab::child_process::bench {

/// The program that all start: the smallest there is, beside this one.
std::string tiny_program();
[[noreturn]] void failed(const char* what, const std::string& why);

#ifdef PROCLAB_HAS_LIBUV
/// One spawn on libuv's default loop, until its exit and the ends of its pipes, if it has any.
void once_libuv(bool pipes);
#endif

}  // namespace proclab::child_process::bench
