// Chapter 8 · benchmark: the reaper of this chapter, waitpid(-1), and a question to each child.
//
// Read before: ways.h. Meets: waitpid, sigwaitinfo.
#include "chapters/ch08_reaping/bench/ways.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch05_pipes/pipe.h"
#include "chapters/ch08_reaping/reaper.h"
#include "platform/self.h"

namespace proclab::reaping::bench {
namespace {

spawn::Process start_sleeper(NativeHandle in) {
  spawn::Options options{.file = sleeper_program()};
  options.slots = {spawn::Slot::from(0, in)};
  Result<spawn::Process> child = spawn::start(options);
  if (!child) failed("start", child.error().message());
  return std::move(*child);
}

class Ours : public Family {
 public:
  explicit Ours(std::size_t places) {
    Result<Reaper> reaper = Reaper::make();
    if (!reaper) failed("Reaper", reaper.error().message());
    reaper_ = std::make_unique<Reaper>(std::move(*reaper));
    for (std::size_t i = 0; i < places; ++i) {
      children_.emplace_back(0, Handle());
      children_.back().disown();
    }
  }
  ~Ours() override {
    for (spawn::Process& child : children_) child.disown();  // the server ends, and they with it
  }
  void start(std::size_t place) override {
    children_[place] = start_sleeper(sleepers_stdin());
    if (const Result<void> r = reaper_->watch(children_[place], place); !r) {
      failed("watch", r.error().message());
    }
  }
  void kill(std::size_t place) override { (void)children_[place].kill(SIGKILL); }
  void reap(std::size_t count) override {
    std::array<Reaper::Key, 128> ended{};
    for (std::size_t have = 0; have < count;) {
      const Result<std::size_t> more = reaper_->next(ended);
      if (!more) failed("next", more.error().message());
      for (std::size_t i = 0; i < *more; ++i) {
        if (!children_[ended[i]].wait()) failed("wait", "no status");
      }
      have += *more;
    }
  }

 protected:
  std::unique_ptr<Reaper> reaper_;
  std::vector<spawn::Process> children_;
};

/// With a pipe of its own for each child's stdin, as most programs have it: the parent's ends fill the low
/// numbers, and what the next child needs has a high one.
class OwnPipes final : public Ours {
 public:
  explicit OwnPipes(std::size_t places) : Ours(places), ends_(places) {}
  void start(std::size_t place) override {
    Result<pipes::Pipe> pipe = pipes::make_pipe();
    if (!pipe) failed("pipe", pipe.error().message());
    children_[place] = start_sleeper(pipe->read.get());
    ends_[place] = std::move(pipe->write);
    if (const Result<void> r = reaper_->watch(children_[place], place); !r) {
      failed("watch", r.error().message());
    }
  }

 private:
  std::vector<Handle> ends_;
};

class Pids : public Family {
 public:
  explicit Pids(std::size_t places) : pids_(places) {}
  void start(std::size_t place) override {
    spawn::Process child = start_sleeper(sleepers_stdin());
    pids_[place] = child.pid();
    child.disown();
  }
  void kill(std::size_t place) override { ::kill(pids_[place], SIGKILL); }

 protected:
  std::vector<pid_t> pids_;
};

/// Blocks in the one call that notices and reaps. Whose child that was is still to be looked up.
class Any final : public Pids {
 public:
  using Pids::Pids;
  void reap(std::size_t count) override {
    while (count > 0) {
      if (::waitpid(-1, nullptr, 0) > 0) --count;
    }
  }
};

/// At each SIGCHLD asks every child that is not known to have ended: what a loop over one's own
/// children comes to, and libuv 1.44 does.
class AskAll final : public Pids {
 public:
  explicit AskAll(std::size_t places) : Pids(places) {
    sigemptyset(&chld_);
    sigaddset(&chld_, SIGCHLD);
    ::sigprocmask(SIG_BLOCK, &chld_, nullptr);
  }
  void reap(std::size_t count) override {
    while (count > 0) {
      ::sigwaitinfo(&chld_, nullptr);
      for (pid_t& pid : pids_) {
        if (pid == 0 || ::waitpid(pid, nullptr, WNOHANG) <= 0) continue;
        pid = 0;
        if (count > 0) --count;
      }
    }
  }

 private:
  sigset_t chld_;
};

template <class Kind>
std::unique_ptr<Family> make(std::size_t places) {
  return std::make_unique<Kind>(places);
}

}  // namespace

void failed(const char* what, const std::string& why) {
  std::fprintf(stderr, "ch08_bench: %s: %s\n", what, why.c_str());
  std::exit(1);
}

std::string sleeper_program() {
  static const std::string self = *self_path();
  return self.substr(0, self.rfind('/')) + "/ch08_sleeper";
}

int sleepers_stdin() {
  static const pipes::Pipe pipe = *pipes::make_pipe();
  return pipe.read.get();
}

const std::vector<Way>& ways() {
  static const std::vector<Way> all = {
      {"proclab", make<Ours>},
      {"waitpid(-1)", make<Any>},
      {"waitpid of each", make<AskAll>},
#ifdef PROCLAB_HAS_LIBUV
      {"libuv", make_libuv},
#endif
      {"proclab, a pipe each", make<OwnPipes>},
  };
  return all;
}

}  // namespace proclab::reaping::bench
