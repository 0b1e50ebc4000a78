// Chapter 2 · stdio: 1 MB is written, the reader comes late, the writer ends. How much arrives?
//
// Look for: the lines that say "lost". A writer that waits loses nothing, on any stream. One that does
// as Node does waits on files and terminals only: on a pipe or a socket it goes on at once, keeps
// what the kernel has no room for, and the end of the process throws that away.
//
// Run: ch02_matrix
// Timeout: 60
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "chapters/ch02_stdio/late_reader.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::stdio;

int usage() {
  std::puts(
      "ch02_matrix: measures which writes wait for the reader, and what arrives.\n"
      "usage: ch02_matrix                    the table: kind of stream x writer\n"
      "       ch02_matrix CHANNEL PROGRAM…   one line, for a writer of yours; see late_reader.h\n"
      "       ch02_matrix --write blocking|stream [--drain]   be such a writer\n"
      "CHANNEL is file, tty, pipe, socketpair or tcp.");
  return 0;
}

constexpr Channel kAll[] = {Channel::file, Channel::tty, Channel::pipe, Channel::socket_pair,
                            Channel::tcp};

// One line of the table. False: it could not be measured, and the line says why.
bool line(Channel channel, const std::string& name, const std::vector<std::string>& writer) {
  const Result<LateReading> seen = late_reader(channel, writer);
  std::printf("%-11s %-9s ", to_string(channel), name.c_str());
  if (!seen) {
    const bool lacking = seen.error().code == std::errc::function_not_supported;
    std::printf("%s\n", lacking ? seen.error().detail.c_str() : seen.error().message().c_str());
    return lacking;
  }
  std::printf("%-7s %9zu %8zu %9zu %s\n", seen->waited ? "waits" : "returns", seen->taken,
              seen->kept, seen->arrived, seen->arrived < seen->taken + seen->kept ? "lost" : "all");
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (argc > 1 && args[1] == "--help") return usage();
  if (argc > 2 && args[1] == "--write") return be_the_writer(args[2], argc > 3);
  if (argc > 2) {
    for (const Channel channel : kAll) {
      if (args[1] == to_string(channel)) {
        return line(channel, args[2], {args.begin() + 2, args.end()}) ? 0 : 1;
      }
    }
    return usage(), 64;
  }
  const Result<std::string> self = self_path();
  if (!self) return 1;
  bool fine = true;
  std::printf("%-11s %-9s %-7s %9s %8s %9s\n", "stream", "writer", "write()", "in kernel", "kept",
              "arrived");
  for (const Channel channel : kAll) {
    fine &= line(channel, "blocking", {*self, "--write", "blocking"});
    fine &= line(channel, "stream", {*self, "--write", "stream"});
  }
  return fine ? 0 : 1;
}
