// Chapter 10 · loop: bytes both ways, by completion.
//
// Question: POSIX says "you may read now", Windows says "I have read". How can one program be written for
// both? By the second: ask for a read, and get the bytes. Readiness can play completion (wait until
// ready, then read); completion cannot play readiness. Read before: source.h. Then stream_posix.cpp,
// stream_win32.cpp. Meets: read, write, recv, sendmsg; ReadFile, WriteFile, CancelIoEx.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chapters/ch06_sockets/socket.h"
#include "chapters/ch10_loop/loop.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::loop {

struct StreamOptions {
  std::size_t most = 64 * 1024;  ///< bytes that one read takes at most
  /// Descriptors that one read takes at most, for a local socket (chapter 6's passing.h). With 0 those that
  /// arrive all the same are closed. Windows passes them otherwise, and has none here.
  std::size_t handles = 0;
};

/// What a read has brought.
struct Bytes {
  std::string_view data;        ///< good until the callback returns; empty: the end
  std::vector<Handle> handles;  ///< that came along
  bool handles_lost = false;    ///< more came than there was room for: see sockets::Received

  [[nodiscard]] bool end() const { return data.empty(); }
};

/// Handles that ride on bytes, and what keeps them open until they have gone.
struct Riders {
  std::vector<NativeHandle> handles;
  std::shared_ptr<const void> owner;  ///< let go when the kernel has its copies, or never will
};

/// A pipe's end, a local or network socket, a named pipe, a terminal. Owns it. Reads and writes are
/// independent, and either may be asked for in any callback.
class Stream : public Source {
 public:
  using OnRead = std::function<void(Result<Bytes>)>;
  using OnDone = std::function<void(Result<void>)>;

  /// Takes the end over; after an error it is closed. POSIX: what is no socket is made O_NONBLOCK, which
  /// all who share its open description see (chapter 2), and put back at the close. Windows: the handle
  /// must be overlapped (pipes::Async, everything of chapter 6), and belongs to this loop for ever.
  /// Errors: not_supported: a file (always ready: a loop cannot wait for a disk); Windows: a handle that is
  /// not overlapped, a console; device_or_resource_busy: it has a source in this loop already (Windows:
  /// invalid_argument, in any, for a pipe; sockets may be shared, as POSIX' between processes); bad_file_descriptor.
  static Result<Stream> open(Loop& loop, Handle end, StreamOptions options = {});
  static Result<Stream> open(Loop& loop, sockets::Socket end, StreamOptions options = {});

  /// Asks for one read: `done` gets what is there as soon as there is something, or the end, or the error.
  /// Not to ask is back-pressure: the bytes stay in the kernel, and the other side has to wait. One at
  /// a time: asking again before replaces `done`. The source is active until `done` is called.
  /// Errors: connection_reset: the other end is gone and did not read all that we sent.
  void read(OnRead done);
  /// Takes the question back. Nothing is lost: what comes is for the next read().
  void cancel_read();

  /// Asks for a write: all of `bytes`, after all that were asked for before. `done`, which may be empty, is
  /// told when the kernel has them, or why it has not. What is written in one turn leaves together, in as
  /// few calls as it takes: many small writes cost little more than one large: at the turn's end, or as soon as one
  /// call can take no more.
  /// Errors: broken_pipe, connection_reset: nobody reads any more; no signal is raised. After an error all
  /// later writes get the same one.
  void write(std::string bytes, OnDone done = {});
  /// The same with copies of `handles` on the first of the bytes, of which there must be one. Theirs is a system
  /// call of its own. For local sockets: sockets::send_some(). Windows: `done` gets not_supported.
  void write(std::string bytes, std::vector<Handle> handles, OnDone done = {});
  /// The same with handles that somebody else may keep.
  void write(std::string bytes, Riders riders, OnDone done = {});
  /// Empty, but with room in it, where there is such: from writes of this loop's streams that are done. To build the
  /// next write() in: a program that writes all day then asks for no memory.
  [[nodiscard]] std::string spare() const;
  /// The bytes that a small write() would be appended to, to do so by hand, and to say with grew() how many they were:
  /// the cheapest way for the many. Null where there are none yet, or they are not to grow: then write(). Good until
  /// the next call of any kind.
  [[nodiscard]] std::string* tail() const;
  void grew(std::size_t size);
  /// Bytes that were asked for and that the kernel has not got. What is above some mark is a sign to stop and
  /// wait for a `done`: nothing else bounds it.
  [[nodiscard]] std::size_t pending() const;

  /// Writes now what was asked for, as far as the kernel takes it, and does not wait for the end of the turn: before a
  /// long computation, say. No callback is called within; those whose bytes are gone are told as ever.
  void flush();

  /// "No more from me", after all writes: a socket is half closed, and may be read from until the other side
  /// has finished, too. Asked for in the turn of the last write(), it leaves in the same packet (TCP, Linux). A pipe
  /// has no half, so it is closed as a whole (and a read under way is told the end). write() after it: broken_pipe.
  /// close() instead drops what is pending.
  void end(OnDone done = {});

  /// Borrowed; kNoHandle once it is closed.
  [[nodiscard]] NativeHandle native() const;

 private:
  using Source::Source;
};

}  // namespace proclab::loop
