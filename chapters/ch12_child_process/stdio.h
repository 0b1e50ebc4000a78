// Chapter 12 · child_process: what stands at one of a child's slots.
//
// Question: a child's descriptors are a list; what can an entry be? Read before: chapter 4's
// spawn.h, whose Slots these become. Then child_process.h. Node: options.stdio.
#pragma once

#include <vector>

#include "chapters/ch10_loop/stream.h"
#include "platform/native.h"

namespace proclab::child_process {

/// One entry of Options::stdio; its place in the list is the slot's number.
struct Stdio {
  enum class What {
    pipe,  ///< a pipe to us: ChildProcess::stdio(n). 0: it reads; 1, 2: it writes; from 3 on: both
    overlapped,  ///< the same; Windows: an end that the child must use with OVERLAPPED
    ignore,   ///< 0-2: the null device, so that no file of the child's gets the number; else closed
    inherit,  ///< our own descriptor of that number. Windows: 0-2 only
    ipc,      ///< a channel (chapter 11): send(), message, disconnect. One at most
    handle,   ///< a descriptor or handle of ours
  };
  What what = What::pipe;
  /// For What::handle. Borrowed: it stays open here, and is only looked at by spawn().
  NativeHandle native = kNoHandle;

  static Stdio pipe() { return {What::pipe}; }
  static Stdio overlapped() { return {What::overlapped}; }
  static Stdio ignore() { return {What::ignore}; }
  static Stdio inherit() { return {What::inherit}; }
  static Stdio ipc() { return {What::ipc}; }
  static Stdio handle(NativeHandle native) { return {What::handle, native}; }
  /// A stream of ours, for the child to have too. POSIX: a pipe's is non-blocking for it as well
  /// (chapter 2).
  static Stdio stream(const loop::Stream& stream) { return handle(stream.native()); }

  /// The same for slots 0, 1 and 2: what Node calls stdio: 'inherit'.
  static std::vector<Stdio> all(Stdio one) { return {one, one, one}; }
};

}  // namespace proclab::child_process
