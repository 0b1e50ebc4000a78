// Chapter 8 · orphans: a parent ends before its child; who is the child's parent then?
//
// Look for: the nearest living ancestor that has said "I adopt" (a subreaper), and only then the
// pid 1 of the namespace. Nobody asks the child, and nobody tells it: getppid() just gives another
// number.
//
// Run: ch08_orphans
#include <array>
#include <cerrno>
#include <cstdio>
#include <string_view>

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/descendants.h"

using namespace proclab;

namespace {

/// This process starts a middle one, that one a child, that one a grandchild. The child ends.
struct Family {
  pid_t middle = 0;
  pipes::Pipe answer, end_of_demo;

  void start(bool middle_adopts) {
    answer = *pipes::make_pipe();
    end_of_demo = *pipes::make_pipe();
    middle = ::fork();
    if (middle == 0) be_middle(middle_adopts);
    answer.write.close();
  }

  [[noreturn]] void be_middle(bool adopts) {
    end_of_demo.write.close();
    if (adopts) (void)reaping::adopt_orphans();
    const pid_t child = ::fork();
    if (child == 0) {
      pipes::Pipe go = *pipes::make_pipe();
      const pid_t born_to = ::getpid();  // asked for later, it might be the adopter already
      if (::fork() == 0) be_grandchild(born_to, go);
      ::_exit(0);
    }
    while (::waitpid(child, nullptr, 0) == -1 && errno == EINTR) continue;
    // Waited for, so its children have been given away already.
    (void)pipes::read_all(end_of_demo.read.get());
    ::_exit(0);
  }

  [[noreturn]] void be_grandchild(pid_t born_to, pipes::Pipe& parent_lives) {
    parent_lives.write.close();
    (void)pipes::read_all(parent_lives.read.get());  // ends with the parent
    // A dying process closes its descriptors first and gives its children away a moment later.
    while (::getppid() == born_to) ::sched_yield();
    const pid_t now = ::getppid();
    (void)!::write(answer.write.get(), &now, sizeof now);
    ::_exit(0);
  }

  /// Who the grandchild's parent is after all that.
  pid_t adopter() const {
    pid_t now = 0;
    (void)pipes::read_some(answer.read.get(), reinterpret_cast<char*>(&now), sizeof now);
    return now;
  }

  void end(pid_t adopted_by) {
    end_of_demo.write.close();
    while (::waitpid(middle, nullptr, 0) == -1 && errno == EINTR) continue;
    if (adopted_by == ::getpid()) ::waitpid(-1, nullptr, 0);  // whoever adopts has to reap
  }
};

void show(const char* who_adopts, bool middle_adopts) {
  Family family;
  family.start(middle_adopts);
  const pid_t now = family.adopter();
  std::printf("%-34s the orphan's parent is now %s\n", who_adopts,
              now == ::getpid()      ? "this process"
              : now == family.middle ? "the one in the middle"
                                     : "neither of them: the system's init");
  family.end(now);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("usage: ch08_orphans\nWho adopts an orphan?");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  show("nobody of us adopts:", false);
  if (!reaping::adopt_orphans()) return 1;
  show("this process adopts:", false);
  show("this one and the one below:", true);
}
