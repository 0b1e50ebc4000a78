// Chapter 14 · filter: a seccomp program, read back, and what it answers.
//
// Look for: first the machine is asked for, since a number means another call on another; then the call's number;
// arguments only where they are numbers. What still gets through is whatever is not on the list: files, fork, sockets.
//
// Run: ch14_filter
// Run: ch14_warden --seccomp --strict -- ch14_hostile calls
#include <cstdio>

#include <linux/seccomp.h>

#include "chapters/ch14_warden/seccomp_linux.h"

using namespace proclab;

namespace {

const char* field(unsigned offset) {
  switch (offset) {
    case 0: return "the call's number";
    case 4: return "the machine";
    default: return offset % 8 == 0 ? "an argument's low half" : "an argument's high half";
  }
}

const char* verdict(unsigned value) {
  switch (value & SECCOMP_RET_ACTION_FULL) {
    case SECCOMP_RET_ALLOW: return "allow";
    case SECCOMP_RET_ERRNO: return "refuse, errno";
    case SECCOMP_RET_KILL_PROCESS: return "kill the process";
    default: return "?";
  }
}

//> show
void show(std::size_t at, const sock_filter& line) {
  std::printf("%3zu  ", at);
  switch (line.code) {
    case BPF_LD | BPF_W | BPF_ABS: std::printf("load %s\n", field(line.k)); return;
    case BPF_RET | BPF_K:
      std::printf("%s %u\n", verdict(line.k), line.k & SECCOMP_RET_DATA);
      return;
    case BPF_JMP | BPF_JA: std::printf("skip %u\n", line.k); return;
    default: break;
  }
  const unsigned kind = BPF_OP(line.code);
  const char* const test = kind == BPF_JEQ ? "==" : kind == BPF_JGE ? ">=" : "has a bit of";
  std::printf("if %s %#x skip %u, else skip %u\n", test, line.k, line.jt, line.jf);
}
//< show

}  // namespace

int main(int argc, char**) {
  if (argc > 1) return std::puts("usage: ch14_filter\nShows the filter, line by line."), 2;
  const std::vector<sock_filter> code = warden::make_filter();
  if (code.empty()) return std::puts("there is no filter for this machine"), 77;
  const std::size_t head = 9, tail = 21;
  for (std::size_t i = 0; i < head; ++i) show(i, code[i]);
  std::printf("     … and so on, for %zu calls\n", warden::refused_calls().size());
  for (std::size_t i = code.size() - tail; i < code.size(); ++i) show(i, code[i]);
}
