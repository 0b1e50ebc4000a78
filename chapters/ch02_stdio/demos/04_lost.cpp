// Chapter 2 · stdio: exit() with output still in the writer, and how to leave properly.
//
// Look for: the first run "wrote" a megabyte and its reader got a part. Nothing failed, no error was
// reported, the exit code is 0. The second run waits until the writer is empty before it ends. It is
// what `process.exit()` does to console.log on a pipe in Node, and what `process.exitCode = …` avoids.
//
// Run: ch02_lost
// Run: ch02_lost --drain
#include <cstdio>
#include <string>

#include "chapters/ch02_stdio/late_reader.h"
#include "chapters/ch02_stdio/stream_writer.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::stdio;

int report(const Writer& out) {
  std::fprintf(stderr, "%zu %zu\n", static_cast<std::size_t>(out.accepted()), out.pending());
  return 0;
}

//> lost
// UNSAFE: write() has returned, but the bytes stand in this process. Its end is their end.
int write_and_exit(Writer& out) {
  if (!out.write(std::string(kMegabyte, 'x'))) return 1;
  return report(out);
}

// The twin: leave when nothing is pending any more, or the reader takes too long for us.
int write_drain_and_exit(Writer& out) {
  if (!out.write(std::string(kMegabyte, 'x'))) return 1;
  const Result<bool> empty = out.flush(Deadline::after(Milliseconds(10'000)));
  if (!empty || !*empty) return 1;  // say it by the exit code: the output is not complete
  return report(out);
}
//< lost

int be_writer(const std::string& which) {
  Result<StreamWriter> out = StreamWriter::open(standard(1));
  if (!out) return 1;
  return which == "--as-writer" ? write_and_exit(*out) : write_drain_and_exit(*out);
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch02_lost: writes 1 MB to a pipe whose reader comes late, then exits.\n"
               "usage: ch02_lost           exits at once\n"
               "       ch02_lost --drain   exits when all is written"),
           0;
  }
  if (mode.starts_with("--as-writer")) return be_writer(mode);
  const Result<std::string> self = self_path();
  if (!self) return 1;
  const bool drain = mode == "--drain";
  const Result<LateReading> seen =
      late_reader(Channel::pipe, {*self, drain ? "--as-writer-drain" : "--as-writer"});
  if (!seen) return std::puts(seen.error().message().c_str()), 1;
  std::printf("written to a pipe:  %zu bytes\n", kMegabyte);
  std::printf("at the end, kernel: %zu\n", seen->taken);
  std::printf("at the end, writer: %zu\n", seen->kept);
  std::printf("the reader got:     %zu\n", seen->arrived);
  std::printf("lost:               %zu\n", kMegabyte - seen->arrived);
}
