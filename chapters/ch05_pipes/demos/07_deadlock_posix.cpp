// Chapter 5 · deadlock: a parent feeds a child and reads what it says. Both wait, for ever.
//
// Look for: the broken one writes all its input first. `cat` fills the pipe of its output, waits
// for a reader, reads no more, and our write never ends; a small input hides it. communicate() does
// both at the same time. Here the broken one is given a second.
//
// Run: ch05_deadlock --broken 1000
// Run: ch05_deadlock --broken 1000000
// Exit: signal SIGALRM
// Run: ch05_deadlock --fixed 1000000
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <sys/time.h>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/communicate.h"
#include "chapters/ch05_pipes/pipe.h"
#include "platform/self.h"

using namespace proclab;

static int say(std::size_t sent, std::size_t got) {
  std::printf("sent %zu bytes through cat, got %zu back\n", sent, got);
  return 0;
}

//> broken
/// UNSAFE: first all of the input, then all of the output.
static int broken(const std::string& input) {
  Result<pipes::PipedChild> cat = pipes::start_piped({.file = "cat"});
  if (!cat) return 1;
  (void)stdio::BlockingWriter(cat->input.get()).write(input);  // waits for cat, which waits for us
  cat->input.close();
  const Result<std::string> output = pipes::read_all(cat->output.get());
  (void)cat->process.wait();
  return say(input.size(), output ? output->size() : 0);
}
//< broken

//> fixed
static int fixed(const std::string& input) {
  Result<pipes::PipedChild> cat = pipes::start_piped({.file = "cat"});
  if (!cat) return 1;
  const pipes::Communicated said = pipes::communicate(*cat, input);
  return say(said.fed, said.output.size());
}
//< fixed

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  const std::string input(argc > 2 ? std::strtoul(argv[2], nullptr, 10) : 1'000'000, 'x');
  if (word == "--fixed") return fixed(input);
  if (word == "--broken") {
    const itimerval in_a_second{{0, 0}, {1, 0}};  // ends this process, and with it cat's input
    ::setitimer(ITIMER_REAL, &in_a_second, nullptr);
    return broken(input);
  }
  std::puts(
      "usage: ch05_deadlock --broken [BYTES]   writes all, then reads: hangs when it is much\n"
      "       ch05_deadlock --fixed [BYTES]    writes and reads at the same time");
  return word == "--help" ? 0 : 2;
}
