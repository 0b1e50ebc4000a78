// Chapter 9 · supervise: the other side: a supervisor, as small as it can be.
//
// Look for: a client connects before the server is started, and is answered: the supervisor has
// opened the socket, and hands it over. The daemon stays in the foreground, is our child, and tells
// us by messages when it serves and when it ends; no fork, no pidfile and no guessing is needed.
//
// Run: ch09_supervise
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch09_daemon/listeners.h"
#include "chapters/ch09_daemon/unix_socket_posix.h"
#include "platform/self.h"

using namespace proclab;
using daemon::UnixAddress;

namespace {

Handle bound(int type, const std::string& address) {
  Result<Handle> socket = daemon::unix_socket(type);
  const Result<UnixAddress> name = daemon::unix_address(address);
  if (!socket || !name) return {};
  const auto* to = reinterpret_cast<const sockaddr*>(&name->name);
  if (::bind(socket->get(), to, name->size) == -1) return {};
  return std::move(*socket);
}

/// The helper between us and the daemon: LISTEN_PID must be the daemon's, so the process that
/// becomes it sets it. argv: --become PROGRAM ARGS…; the socket stands at 3.
int become(const std::vector<std::string>& args) {
  std::vector<daemon::Listener> sockets;
  sockets.push_back({Handle(3), "time"});
  const Error why =
      daemon::exec_with_listeners(args[2], {args.begin() + 3, args.end()}, std::move(sockets));
  return std::printf("%s\n", why.message().c_str()), 127;
}

/// Prints the daemon's messages up to the one that begins with `last`.
void hear(const Handle& socket, const char* last) {
  char text[4096];
  for (;;) {
    const ssize_t size = ::recv(socket.get(), text, sizeof text - 1, 0);
    if (size == -1 && errno == EINTR) continue;
    if (size <= 0) return;
    text[size] = '\0';
    for (char* line = std::strtok(text, "\n"); line != nullptr; line = std::strtok(nullptr, "\n")) {
      std::printf("  it says %s\n", line);
    }
    std::fflush(stdout);
    if (std::strncmp(text, last, std::strlen(last)) == 0) return;
  }
}

//> supervise
int supervise(const std::string& self, const std::string& clock) {
  const std::string tag = "@ch09_supervise_" + std::to_string(::getpid());
  const Handle messages = bound(SOCK_DGRAM, tag), listener = bound(SOCK_STREAM, tag + "_time");
  if (!messages || ::listen(listener.get(), 8) == -1) return std::perror("listen"), 1;

  const Handle client = daemon::unix_socket(SOCK_STREAM).value();
  const UnixAddress name = daemon::unix_address(tag + "_time").value();
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&name.name), name.size) == -1) {
    return std::perror("connect"), 1;
  }
  std::puts("a client has connected; there is no server yet");

  spawn::Options daemon;
  daemon.file = self;
  daemon.args = {"--become", clock, "start", "--foreground", "--pidfile", "supervise.pid"};
  daemon.slots = {spawn::Slot::from(3, listener.get())};
  daemon.env.changes = {{"NOTIFY_SOCKET", tag}};
  Result<spawn::Process> process = spawn::start(daemon);
  if (!process) return std::puts(process.error().message().c_str()), 1;
  std::puts("the clock is started");
  std::fflush(stdout);
  hear(messages, "READY=1");

  char time[64];
  const ssize_t size = ::recv(client.get(), time, sizeof time, 0);
  std::printf("the client gets %d bytes: %.*s", static_cast<int>(size), static_cast<int>(size),
              time);
  std::puts("the clock is asked to stop");
  std::fflush(stdout);
  (void)process->kill(spawn::kTerminate);
  hear(messages, "STOPPING=1");
  const Result<spawn::ExitStatus> end = process->wait();
  std::printf("it has ended: %s\n", end ? end->text().c_str() : "?");
  return 0;
}
//< supervise

}  // namespace

int main(int argc, char** argv) {
  if (!fill_std_slots()) return 125;
  const std::vector<std::string> args = utf8_args(argc, argv);
  if (args.size() > 2 && args[1] == "--become") return become(args);
  if (args.size() > 1) return std::puts("usage: ch09_supervise\nSupervises ch09_daemon."), 0;
  const Result<std::string> self = self_path();
  if (!self) return 1;
  return supervise(*self, self->substr(0, self->rfind('/') + 1) + "ch09_daemon");
}
