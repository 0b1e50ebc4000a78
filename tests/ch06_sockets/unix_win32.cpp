// tests/ch06 · AF_UNIX on Windows, where the system has it (Windows 10 1803 and later; not Wine 8).
#include <winsock2.h>

#include <gtest/gtest.h>

#include <cstring>

#include "chapters/ch06_sockets/socket_win32.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

/// afunix.h's, which mingw lacks.
struct UnixAddress {
  USHORT family = AF_UNIX;
  char path[108] = {};
};

TEST(UnixWin32, AStreamByPath) {
  const test::Waiting waiting("a Unix socket on Windows");
  ASSERT_TRUE(start_sockets());
  const Socket listener(to_native(::socket(AF_UNIX, SOCK_STREAM, 0)));
  if (!listener) GTEST_SKIP() << "no AF_UNIX here: error " << ::WSAGetLastError();
  char folder[MAX_PATH];
  ::GetTempPathA(MAX_PATH, folder);
  UnixAddress address;
  const std::string path =
      std::string(folder) + "pl6." + std::to_string(::GetCurrentProcessId()) + ".sock";
  ASSERT_LT(path.size(), sizeof address.path);
  std::memcpy(address.path, path.c_str(), path.size());
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  ASSERT_EQ(::bind(to_socket(listener.get()), name, sizeof address), 0);
  ASSERT_EQ(::listen(to_socket(listener.get()), 1), 0);
  const Socket client(to_native(::socket(AF_UNIX, SOCK_STREAM, 0)));
  ASSERT_EQ(::connect(to_socket(client.get()), name, sizeof address), 0);
  const Socket served(to_native(::accept(to_socket(listener.get()), nullptr, nullptr)));
  ASSERT_TRUE(send_all(client.get(), "hello"));
  EXPECT_EQ(next(served.get()), "hello");
  ::DeleteFileA(path.c_str());  // it stays behind here, too
}

}  // namespace
}  // namespace proclab::sockets
