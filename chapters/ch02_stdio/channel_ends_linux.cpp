// Chapter 2 · stdio: the two ends of each kind of stream. Read channel_ends_linux.h first.
#include "chapters/ch02_stdio/channel_ends_linux.h"

#include <cstdlib>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

namespace proclab::stdio {

namespace {

Result<ChannelEnds> make_file() {
  Handle writer(::memfd_create("late", MFD_CLOEXEC));  // a regular file that has no name
  if (!writer) return last_error("memfd_create");
  Handle reader(::fcntl(writer.get(), F_DUPFD_CLOEXEC, 3));
  if (!reader) return last_error("fcntl(F_DUPFD_CLOEXEC)");
  return ChannelEnds{std::move(writer), std::move(reader)};
}

Result<ChannelEnds> make_tty() {
  Handle master(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!master) return last_error("posix_openpt");
  if (::grantpt(master.get()) == -1) return last_error("grantpt");
  if (::unlockpt(master.get()) == -1) return last_error("unlockpt");
  char name[64];
  if (::ptsname_r(master.get(), name, sizeof name) != 0) return last_error("ptsname_r");
  Handle slave(::open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (!slave) return last_error("open", name);
  struct termios mode {};
  if (::tcgetattr(slave.get(), &mode) == -1) return last_error("tcgetattr");
  ::cfmakeraw(&mode);
  if (::tcsetattr(slave.get(), TCSANOW, &mode) == -1) return last_error("tcsetattr");
  return ChannelEnds{std::move(slave), std::move(master)};
}

Result<ChannelEnds> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) == -1) return last_error("pipe2");
  return ChannelEnds{Handle(ends[1]), Handle(ends[0])};
}

Result<ChannelEnds> make_socket_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) {
    return last_error("socketpair");
  }
  return ChannelEnds{Handle(ends[0]), Handle(ends[1])};
}

Result<ChannelEnds> make_tcp() {
  const int small = 64 * 1024;
  Handle listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Handle writer(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener || !writer) return last_error("socket");
  // Before listen() and connect(): later, the window is already agreed on.
  ::setsockopt(listener.get(), SOL_SOCKET, SO_RCVBUF, &small, sizeof small);
  ::setsockopt(writer.get(), SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
  struct sockaddr_in address {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* name = reinterpret_cast<struct sockaddr*>(&address);
  if (::bind(listener.get(), name, size) == -1) return last_error("bind");
  if (::listen(listener.get(), 1) == -1) return last_error("listen");
  if (::getsockname(listener.get(), name, &size) == -1) return last_error("getsockname");
  if (::connect(writer.get(), name, size) == -1) return last_error("connect");
  Handle reader(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!reader) return last_error("accept4");
  return ChannelEnds{std::move(writer), std::move(reader)};
}

}  // namespace

Result<ChannelEnds> make_channel(Channel channel) {
  switch (channel) {
    case Channel::file: return make_file();
    case Channel::tty: return make_tty();
    case Channel::pipe: return make_pipe();
    case Channel::socket_pair: return make_socket_pair();
    case Channel::tcp: return make_tcp();
  }
  return make_error("make_channel", std::errc::invalid_argument);
}

}  // namespace proclab::stdio
