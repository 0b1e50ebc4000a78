// Chapter 7 · signals: the names on macOS, by number. Compiled, not run.
//
// No real-time signals there, and two that Linux lacks: EMT, and INFO, which Ctrl-T sends.
#include <signal.h>

#include "chapters/ch07_signals/names_table.h"

namespace proclab::signals {
namespace {

constexpr Named kNames[] = {
    {"SIGHUP", SIGHUP},     {"SIGINT", SIGINT},   {"SIGQUIT", SIGQUIT},     {"SIGILL", SIGILL},
    {"SIGTRAP", SIGTRAP},   {"SIGABRT", SIGABRT}, {"SIGIOT", SIGIOT},       {"SIGEMT", SIGEMT},
    {"SIGFPE", SIGFPE},     {"SIGKILL", SIGKILL}, {"SIGBUS", SIGBUS},       {"SIGSEGV", SIGSEGV},
    {"SIGSYS", SIGSYS},     {"SIGPIPE", SIGPIPE}, {"SIGALRM", SIGALRM},     {"SIGTERM", SIGTERM},
    {"SIGURG", SIGURG},     {"SIGSTOP", SIGSTOP}, {"SIGTSTP", SIGTSTP},     {"SIGCONT", SIGCONT},
    {"SIGCHLD", SIGCHLD},   {"SIGTTIN", SIGTTIN}, {"SIGTTOU", SIGTTOU},     {"SIGIO", SIGIO},
    {"SIGXCPU", SIGXCPU},   {"SIGXFSZ", SIGXFSZ}, {"SIGVTALRM", SIGVTALRM}, {"SIGPROF", SIGPROF},
    {"SIGWINCH", SIGWINCH}, {"SIGINFO", SIGINFO}, {"SIGUSR1", SIGUSR1},     {"SIGUSR2", SIGUSR2},
};

}  // namespace

std::span<const Named> classical() { return kNames; }

RealTime real_time() { return {}; }

}  // namespace proclab::signals
