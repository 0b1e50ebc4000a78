// Chapter 8 · steal: two threads, two children, and who gets which status.
//
// Look for: the first thread waits for "any child", as many a library does, and gets the one that
// the second thread has started. That one's owner never learns the status. In the fixed twin each
// asks for its own. And the last: two threads may wait for the *same* child, if notice and reaping
// are taken apart.
//
// Run: ch08_steal
#include <cstdio>
#include <string>
#include <string_view>
#include <thread>

#include <sys/wait.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/shared_child.h"
#include "platform/self.h"

using namespace proclab;

namespace {

/// A child that exits with `code` when `wake` is closed.
struct Child {
  Handle wake;
  spawn::Process process;
};

Child start(const std::string& self, int code) {
  pipes::Pipe pipe = *pipes::make_pipe();
  spawn::Options options{.file = self, .args = {"--child", std::to_string(code)}};
  options.slots = {spawn::Slot::from(0, pipe.read.get())};
  return {std::move(pipe.write), *spawn::start(options)};
}

std::string text_of(const Result<spawn::ExitStatus>& end) {
  return end ? end->text() : end.error().reason();
}

// UNSAFE: waits for whoever ends first, and keeps it.
void broken(const std::string& self) {
  Child mine = start(self, 1), yours = start(self, 2);
  std::string first, second;
  std::thread any([&] {
    int status = 0;
    const pid_t pid = ::wait(&status);
    first = pid == mine.process.pid() ? "its own"
                                      : "the other's: exit " + std::to_string(WEXITSTATUS(status));
  });
  yours.wake.close();
  any.join();
  second = text_of(yours.process.wait());
  std::printf("wait() for any:   the first thread got %s; the second: %s\n", first.c_str(),
              second.c_str());
  mine.wake.close();
  (void)mine.process.wait();
}

void fixed(const std::string& self) {
  Child mine = start(self, 1), yours = start(self, 2);
  std::string first;
  std::thread own([&] { first = text_of(mine.process.wait()); });
  yours.wake.close();
  const std::string second = text_of(yours.process.wait());
  mine.wake.close();
  own.join();
  std::printf("wait() for one:   the first thread got %s; the second: %s\n", first.c_str(),
              second.c_str());
}

void both(const std::string& self) {
  Child child = start(self, 3);
  const auto shared = reaping::SharedChild::take(child.process);
  if (!shared) return child.process.disown();
  std::string first;
  std::thread other([&] { first = text_of((*shared)->wait()); });
  child.wake.close();
  const std::string second = text_of((*shared)->wait());
  other.join();
  std::printf("SharedChild:      the first thread got %s; the second: %s\n", first.c_str(),
              second.c_str());
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  if (argc > 2 && std::string(argv[1]) == "--child") {
    (void)pipes::read_all(0);
    return std::stoi(argv[2]);
  }
  if (argc > 1) {
    std::puts("usage: ch08_steal\nWho gets whose status.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  const Result<std::string> self = self_path();
  if (!self) return 1;
  broken(*self);
  fixed(*self);
  both(*self);
}
