// Chapter 10 · loop: what all sources have in common.
//
// Question: when does a loop end? When nobody is left for whom it waits. And what may a callback do to
// its own source, or to another whose turn comes next? Everything. Read before: loop.h.
#pragma once

#include <memory>

namespace proclab::loop {

class Loop;
struct Core;
struct Body;  // what the loop keeps of a source: core.h

/// Something that a loop waits for. The object is the owner's handle: when it goes, the source is closed.
/// Moves, never copies; an object that was moved from is closed. The loop's thread only.
///
/// A source is *active* while it has something to wait for: a timer that runs, a read that was asked for.
/// The loop runs as long as there is a source that is active and *referenced*. All are referenced from
/// the start; unref() says "I do not mind if this never happens", as in Node. A write under way keeps the
/// loop whether its stream is referenced or not: output is not to be lost.
class Source {
 public:
  Source(Source&&) noexcept = default;
  Source& operator=(Source&& other) noexcept;
  ~Source() { close(); }

  /// No callback of this source runs any more, not even one whose event has come already, and what they
  /// had captured is let go. From any callback, its own included. Again: nothing. What the source owns
  /// (a handle, a listener) is closed.
  void close() noexcept;
  /// Whether it is open: neither closed nor left behind by a loop that is gone.
  [[nodiscard]] bool is_open() const;

  void ref();
  void unref();
  [[nodiscard]] bool has_ref() const;
  [[nodiscard]] bool active() const;

 protected:
  explicit Source(std::shared_ptr<Body> body) : body_(std::move(body)) {}
  std::shared_ptr<Body> body_;
};

/// A source to which nothing ever happens: it keeps the loop running while it is open, for those whose
/// work comes by post from elsewhere.
class Hold : public Source {
 public:
  explicit Hold(Loop& loop);
};

}  // namespace proclab::loop
