// Chapter 12 · child_process: a child to talk to. Read fork.h first.
#include "chapters/ch12_child_process/fork.h"

#include <algorithm>
#include <utility>

#include "platform/self.h"

namespace proclab::child_process {

//> fork
Result<ChildProcess> fork(loop::Loop& loop, const std::string& module,
                          const std::vector<std::string>& args, ForkOptions options) {
  std::vector<Stdio>& stdio = options.child.stdio;
  if (stdio.empty()) {
    stdio = Stdio::all(options.silent ? Stdio::pipe() : Stdio::inherit());
    stdio.push_back(Stdio::ipc());
  }
  if (std::none_of(stdio.begin(), stdio.end(),
                   [](const Stdio& one) { return one.what == Stdio::What::ipc; })) {
    return make_error("stdio", std::errc::invalid_argument, "a fork needs a channel: Stdio::ipc()");
  }
  if (options.exec_path.empty()) {
    Result<std::string> self = self_path();
    if (!self) return self.error();
    options.exec_path = std::move(*self);
  }
  std::vector<std::string> all = std::move(options.exec_argv);
  all.push_back(module);
  all.insert(all.end(), args.begin(), args.end());
  return spawn(loop, std::move(options.exec_path), std::move(all), options.child);
}
//< fork

}  // namespace proclab::child_process
