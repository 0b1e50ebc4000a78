// Chapter 8 · reaping: a program and all that it starts: a process group. Read tree.h first.
#include "chapters/ch07_signals/send.h"
#include "chapters/ch08_reaping/tree.h"

#include <signal.h>

namespace proclab::reaping {

struct Tree::State {};

Tree::Tree(std::unique_ptr<State> state) : state_(std::move(state)) {}
Tree::Tree(Tree&&) noexcept = default;
Tree& Tree::operator=(Tree&&) noexcept = default;
Tree::~Tree() = default;

Result<Tree> Tree::make() { return Tree(nullptr); }

void Tree::put_around(spawn::Options& options) const {
  using spawn::Attach;
  if (options.attach == Attach::with_parent) options.attach = Attach::new_group;
}

//> kill
Result<void> Tree::kill(spawn::Process& leader, int signal) const {
  // Until it is reaped its number is its own, and so is the group's. Afterwards the last member may
  // have left, and the next fork() have got it.
  if (!leader.owes_wait()) {
    return make_error("kill", std::errc::no_such_process, "already waited for");
  }
  Result<void> sent = signals::send_group(leader.pid(), signal);
  if (sent && signal != 0 && signal != SIGKILL && signal != SIGCONT) {
    (void)signals::send_group(leader.pid(), SIGCONT);
  }
  return sent;
}
//< kill

Result<void> put_in_our_job(spawn::Options&) { return {}; }

}  // namespace proclab::reaping
