// Chapter 10 · loop: what a loop is made of. For this chapter's files alone.
//
// A Core is the loop, a Body is what it keeps of a source, and an Engine is the system's way to wait.
// Read before: loop.h, source.h. Then core.cpp; engine_posix.cpp or iocp_win32.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "chapters/ch10_loop/loop.h"

namespace proclab::loop {

struct TimerBody;

/// How a system waits.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Waits `timeout` milliseconds at most (-1: for ever), then gives each source that has something one
  /// portion of work. Signals that interrupt it make it return early.
  virtual Result<void> wait(int timeout) = 0;
  /// Makes the wait() that is under way, or else the next one, return at once. Any thread.
  virtual void wake() = 0;
};

Result<std::unique_ptr<Engine>> make_engine(Backend backend);

/// What the loop keeps of a source. Held by the source's object, and by whoever is about to call it: so a
/// callback may destroy its own source, and the Body dies when the call has returned.
struct Body : std::enable_shared_from_this<Body> {
  virtual ~Body() = default;
  /// Lets go of callbacks, handles and kernel registrations. Called once, by close(); `core` is null by then,
  /// so that whatever the callbacks had captured finds this source closed when it goes.
  virtual void closing(Core& was) = 0;
  /// The loop is about to wait, and core->soon(*this) was called before: do what was asked for.
  virtual void before_wait() {}

  void close();
  void set_active(bool on);
  void set_referenced(bool on);

  Core* core = nullptr;  // null: closed
  bool active = false;
  bool referenced = true;
  bool is_soon = false;
};

struct Poster::Mailbox {
  std::mutex mutex;  // guards all below
  std::vector<std::function<void()>> posts;
  Engine* engine = nullptr;  // null: the loop is gone
  bool woken = false;        // a wake() is under way that the loop has not answered yet
  std::uint64_t wakes = 0;
};

struct Core {
  Core(Backend kind, std::unique_ptr<Engine> how);
  ~Core();  // NOLINT(bugprone-exception-escape)
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;

  /// Adopts a new body.
  void add(Body& body);
  /// Calls body.before_wait() before the next wait.
  void soon(Body& body);
  /// Empty, with room in it where a text has been kept.
  [[nodiscard]] std::string spare();
  /// Takes a text that has served, for its memory.
  void keep(std::string used);
  [[nodiscard]] bool alive() const;
  Result<void> turn(Deadline deadline);

  Backend backend;
  std::unique_ptr<Engine> engine;
  std::shared_ptr<Poster::Mailbox> mailbox = std::make_shared<Poster::Mailbox>();
  std::unordered_set<Body*> bodies;  // all that are open
  std::size_t keeping = 0;           // those that are active and referenced
  std::size_t writing = 0;           // streams that have something to write
  std::vector<std::shared_ptr<Body>> soon_list;

  /// Timers that run, the next one first.
  struct Sooner {
    bool operator()(const TimerBody* a, const TimerBody* b) const;
  };
  std::set<TimerBody*, Sooner> timers;
  std::uint64_t timers_started = 0;

  std::uint64_t turns = 0;
  bool in_turn = false;
  bool stopping = false;

 private:
  void run_posts();
  void run_timers();
  void run_soon();
  std::vector<std::string> spares_;
  [[nodiscard]] int timeout(Deadline deadline) const;
};

struct TimerBody final : Body {
  void closing(Core& was) override;
  void start(Clock::time_point when);
  void stop();
  void fire(Clock::time_point now);

  Clock::time_point due;
  std::uint64_t order = 0;    // of starting: decides between equal moments
  Clock::duration period{0};  // 0: once
  std::function<void()> work;
};

/// A timer that does not run yet.
std::shared_ptr<TimerBody> new_timer(Core& core, std::function<void()> work);

}  // namespace proclab::loop
