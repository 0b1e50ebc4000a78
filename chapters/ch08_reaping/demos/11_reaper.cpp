// Chapter 8 · reaper: a hundred children, one thing to wait on.
//
// Look for: three are woken, and exactly these are told, at one price for each, whatever the others
// do. The reaper only tells: each status is still there for its owner.
//
// Run: ch08_reaper
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/reaper.h"
#include "platform/self.h"

using namespace proclab;

namespace {

struct Child {
  Handle wake;
  spawn::Process process;
};

Result<Child> start(const std::string& self, int code) {
  Result<pipes::Pipe> pipe = pipes::make_pipe();
  if (!pipe) return pipe.error();
  spawn::Options options{.file = self, .args = {"--child", std::to_string(code)}};
  options.slots = {spawn::Slot::from(0, pipe->read.get())};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) return child.error();
  return Child{std::move(pipe->write), std::move(*child)};
}

//> told
int demo(const std::string& self, std::size_t count) {
  Result<reaping::Reaper> reaper = reaping::Reaper::make();
  if (!reaper) return 1;
  std::vector<Child> children;
  for (std::size_t key = 0; key < count; ++key) {
    Result<Child> child = start(self, static_cast<int>(key % 100));
    if (!child || !reaper->watch(child->process, key)) return 1;
    children.push_back(std::move(*child));
  }
  std::printf("%zu children are watched\n", reaper->watched());
  const std::vector<std::size_t> woken = {count / 5, count / 2, count - 1};
  for (const std::size_t key : woken) children[key].wake.close();
  std::vector<reaping::Reaper::Key> told(woken.size());
  for (std::size_t have = 0; have < told.size();) {
    const Result<std::size_t> more = reaper->next(std::span(told).subspan(have));
    if (!more) return 1;
    have += *more;
  }
  std::sort(told.begin(), told.end());
  for (const reaping::Reaper::Key key : told) {
    const Result<spawn::ExitStatus> end = children[key].process.wait();  // does not block
    std::printf("child %2llu has ended: %s\n", static_cast<unsigned long long>(key),
                end ? end->text().c_str() : end.error().message().c_str());
  }
  std::printf("%zu are still watched\n", reaper->watched());
  for (Child& child : children) child.wake.close();
  for (Child& child : children) (void)child.process.wait();
  return 0;
}
//< told

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string word = argc > 1 ? argv[1] : "";
  if (word == "--child" && argc > 2) {
    while (std::getchar() != EOF) continue;
    return std::stoi(argv[2]);
  }
  if (!word.empty()) {
    std::puts("usage: ch08_reaper\nA hundred children, one reaper.");
    return word == "--help" ? 0 : 2;
  }
  const Result<std::string> self = self_path();
  return self ? demo(*self, kWindows ? 20 : 100) : 1;
}
