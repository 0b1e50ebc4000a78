// Chapter 10 · loop: no descriptor left for the next client.
//
// Look for: how often accept() fails in a tenth of a second. The client that cannot be taken waits in the
// backlog, so the listener stays ready, and a plain poll loop turns in a circle at full speed. The second
// run reports it once in 50 ms.
//
// Run: ch10_exhausted --plain
// Run: ch10_exhausted
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "chapters/ch01_process/limits.h"
#include "chapters/ch10_loop/accept.h"
#include "chapters/ch10_loop/timer.h"
#include "platform/self.h"

namespace {

using namespace proclab;
using namespace proclab::loop;

/// Takes every descriptor that this process may have.
std::vector<Handle> take_all() {
  std::vector<Handle> all;
  (void)process::set_limit(process::Limit::open_files, {64, 64});
  for (Handle one(::dup(0)); one; one = Handle(::dup(0))) all.push_back(std::move(one));
  return all;
}

//> plain
// UNSAFE: every loop that a book shows. It is right until the day on which descriptors run out.
int plain(const sockets::Socket& listener, std::vector<Handle>& taken) {
  int failures = 0;
  const Deadline end = Deadline::after(Milliseconds(100));
  while (true) {
    pollfd entry{listener.get(), POLLIN, 0};
    ::poll(&entry, 1, -1);
    const Handle client(::accept(listener.get(), nullptr, nullptr));
    if (client) return failures;
    ++failures;
    if (end.passed()) taken.clear();
  }
}
//< plain

int with_rests(Loop& loop, sockets::Socket listener, std::vector<Handle>& taken) {
  int failures = 0;
  TcpServer server = *TcpServer::open(loop, std::move(listener));
  std::function<void(const Result<sockets::Socket>&)> on_client =
      [&](const Result<sockets::Socket>& client) {
        if (client) return;
        ++failures;
        server.accept(on_client);  // ask as ever
      };
  server.accept(on_client);
  const Timer end = Timer::once(loop, Milliseconds(100), [&] { taken.clear(); });
  (void)loop.run();
  return failures;
}

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::string mode = argc > 1 ? argv[1] : "";
  if (mode == "--help") {
    return std::puts(
               "ch10_exhausted: a client, and no descriptor for it\n"
               "usage: ch10_exhausted           the server of this chapter\n"
               "       ch10_exhausted --plain   a bare poll loop"),
           0;
  }
  Result<Loop> loop = Loop::open();
  Result<sockets::Socket> listener = sockets::listen_tcp({"127.0.0.1", 0});
  if (!loop || !listener) return 1;
  const Result<sockets::Socket> client = sockets::connect_tcp(*sockets::local_address(*listener));
  if (!client) return 1;
  std::vector<Handle> taken = take_all();
  const int failures =
      mode == "--plain" ? plain(*listener, taken) : with_rests(*loop, std::move(*listener), taken);
  std::printf("accept() failed %s in 100 ms, then the client was served\n",
              failures > 100  ? "hundreds of times"
              : failures > 10 ? "dozens of times"
              : failures >= 1 ? "a few times"
                              : "never");
}
