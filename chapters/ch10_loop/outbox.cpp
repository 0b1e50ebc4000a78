// Chapter 10 · loop: what a stream shall write. Read outbox.h first.
#include "chapters/ch10_loop/outbox.h"

namespace proclab::loop {
namespace {

// A copy is cheaper than a system call up to some size; and what one call can take is bounded anyway.
constexpr std::size_t kSmall = 16 * 1024, kBlock = 64 * 1024;

}  // namespace

//> add
std::string Outbox::add(std::string bytes, Riders riders, Stream::OnDone done) {
  added_ += bytes.size();
  if (done) waiting_.push_back({added_, std::move(done)});
  if (bytes.empty()) return bytes;
  if (may_grow() && riders.handles.empty() && bytes.size() <= kSmall) {
    blocks_.back().bytes.append(bytes);
    return bytes;
  }
  blocks_.push_back({std::move(bytes), std::move(riders)});
  return {};
}

/// Whether small things may still join the last block: it is not full, stays where it is, and has no riders.
bool Outbox::may_grow() const {
  return !blocks_.empty() && !(frozen_ && blocks_.size() == 1) &&
         blocks_.back().riders.handles.empty() && blocks_.back().bytes.size() < kBlock;
}

std::string* Outbox::tail() { return may_grow() ? &blocks_.back().bytes : nullptr; }
//< add

bool Outbox::fills_a_call() const { return pending() >= kBlock; }

std::string_view Outbox::next() const {
  return std::string_view(blocks_.front().bytes).substr(gone_);
}

std::string Outbox::took(std::size_t size) {
  frozen_ = false;
  if (size == 0) return {};
  taken_ += size;
  gone_ += size;
  blocks_.front().riders = {};  // they ride on the first byte, whatever becomes of the rest
  if (gone_ < blocks_.front().bytes.size()) return {};
  std::string served = std::move(blocks_.front().bytes);
  blocks_.pop_front();
  gone_ = 0;
  return served;
}

std::vector<Stream::OnDone> Outbox::ripe() {
  std::vector<Stream::OnDone> now;
  while (!waiting_.empty() && waiting_.front().position <= taken_) {
    now.push_back(std::move(waiting_.front().done));
    waiting_.pop_front();
  }
  return now;
}

std::vector<Stream::OnDone> Outbox::forget() {
  std::vector<Stream::OnDone> all;
  for (Waiting& one : waiting_) all.push_back(std::move(one.done));
  waiting_.clear();
  return all;
}

std::vector<Stream::OnDone> Outbox::drop() {
  std::vector<Stream::OnDone> all = forget();
  blocks_.clear();
  gone_ = 0;
  frozen_ = false;
  taken_ = added_;
  return all;
}

}  // namespace proclab::loop
