// Chapter 7 · signals: the names to which Node gives a meaning on Windows.
//
// There are no signals. The C runtime has six (raise() calls a function, no more); libuv takes those
// and a few numbers of POSIX's, so that process.kill(pid, 'SIGKILL') reads the same everywhere.
#include "chapters/ch07_signals/names_table.h"

namespace proclab::signals {
namespace {

constexpr Named kNames[] = {
    {"SIGHUP", 1},    {"SIGINT", 2},   {"SIGQUIT", 3},   {"SIGILL", 4},
    {"SIGFPE", 8},    {"SIGKILL", 9},  {"SIGSEGV", 11},  {"SIGTERM", 15},
    {"SIGBREAK", 21}, {"SIGABRT", 22}, {"SIGWINCH", 28},
};

}  // namespace

std::span<const Named> classical() { return kNames; }

RealTime real_time() { return {}; }

}  // namespace proclab::signals
