// Chapter 14 · filter: a seccomp program, read back, and what it answers.
//
// Look for: first the machine is asked for, since a number means another call on another; then the call's number;
// arguments only where they are numbers. What still gets through is whatever is not on the list: files, fork, sockets.
//
// Run: ch14_filter
// Run: ch14_filter --try
#include <cstdio>
#include <cstring>
#include <string>

#include <linux/seccomp.h>

#include "chapters/ch14_warden/seccomp_linux.h"
#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"

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

/// What a program behind it is answered.
int try_it() {
  const Result<std::string> self = self_path();
  warden::Options options;
  options.command.file = self ? self->substr(0, self->rfind('/')) + "/ch14_hostile" : "";
  options.command.args = {"calls"};
  options.limits.wall = Milliseconds(10'000);
  options.layers.seccomp = options.layers.strict = true;
  options.layers.cgroup = false;
  const Result<warden::Report> report = warden::run(options);
  if (!report) return std::puts(report.error().message().c_str()), 77;
  std::fputs(report->output.c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 1;
  if (argc == 2 && std::strcmp(argv[1], "--try") == 0) return try_it();
  if (argc > 1) {
    std::puts("usage: ch14_filter [--try]\nShows the filter; --try: what it answers.");
    return std::strcmp(argv[1], "--help") == 0 ? 0 : 2;
  }
  const std::vector<sock_filter> code = warden::make_filter();
  if (code.empty()) return std::puts("there is no filter for this machine"), 77;
  const std::size_t head = 9, tail = 21;
  for (std::size_t i = 0; i < head; ++i) show(i, code[i]);
  std::printf("     … and so on, for %zu calls\n", warden::refused_calls().size());
  for (std::size_t i = code.size() - tail; i < code.size(); ++i) show(i, code[i]);
}
