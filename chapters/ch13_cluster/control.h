// Chapter 13 · cluster: a manager that others can ask.
//
// Question: how does a script learn whether the reload has gone through? A signal says nothing back; a socket does.
// Read before: manager.h, chapter 6's local.h. Then control.cpp; demos/03_clusterctl.cpp is the other end.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/stream.h"
#include "chapters/ch13_cluster/manager.h"

namespace proclab::cluster {

/// What a manager says to a line of text: `status`, `reload`, `stop`, `scale N`. One JSON text: status()'s, or
/// {"ok":true}, or {"error":"…"}.
[[nodiscard]] std::string answer_to(Manager& manager, std::string_view line);

/// A local socket on which a manager answers: a line for a line, as many as a client likes. Only this user may connect
/// (0600; Windows: this user's pipes). Keeps the loop not running. The loop's thread.
class Control {
 public:
  /// Errors: as LocalListener::open(). A client that sends too long a line, or does not read, is closed.
  static Result<std::unique_ptr<Control>> open(loop::Loop& loop, const std::string& path,
                                               Manager& manager);
  Control(const Control&) = delete;
  Control& operator=(const Control&) = delete;

 private:
  struct Client {
    loop::Stream stream;
    std::string unread;
  };
  Control(loop::Loop& loop, loop::LocalServer server, Manager& manager);
  void accept();
  void read(std::uint64_t id);
  void arrived(std::uint64_t id, const Result<loop::Bytes>& got);

  loop::Loop& loop_;
  loop::LocalServer server_;
  Manager& manager_;
  std::map<std::uint64_t, Client> clients_;
  std::uint64_t last_ = 0;
};

}  // namespace proclab::cluster
