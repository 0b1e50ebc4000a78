// tests/ch06 · passing.h on Windows: handles into another process.
#include <winsock2.h>

#include <gtest/gtest.h>

#include "chapters/ch06_sockets/passing.h"
#include "chapters/ch06_sockets/peer.h"
#include "chapters/ch06_sockets/socket_win32.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

Handle temporary_file() {
  wchar_t folder[MAX_PATH], path[MAX_PATH];
  ::GetTempPathW(MAX_PATH, folder);
  ::GetTempFileNameW(folder, L"pl6", 0, path);
  return Handle(::CreateFileW(path, GENERIC_READ | GENERIC_WRITE | DELETE, 0, nullptr,
                              CREATE_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, nullptr));
}

TEST(PassingWin32, AChildWritesIntoWhatItWasGiven) {
  const Waiting waiting("a child that takes a file");
  PeerProcess peer = start_peer({"take-handle"});
  const Handle file = temporary_file();
  ASSERT_TRUE(file);
  const Result<std::uint64_t> number = give(file.get(), peer.process.native());
  ASSERT_TRUE(number) << number.error().message();
  ASSERT_TRUE(
      send_all(peer.channel.get(), {reinterpret_cast<const char*>(&*number), sizeof *number}));
  EXPECT_EQ(next(peer.channel.get()), "done");
  ::SetFilePointer(file.get(), 0, nullptr, FILE_BEGIN);  // one file object: one offset
  char text[8] = {};
  DWORD size = 0;
  EXPECT_TRUE(::ReadFile(file.get(), text, sizeof text, &size, nullptr));
  EXPECT_STREQ(text, "peer");
  EXPECT_EQ(peer.process.wait()->text(), "exit 0");
}

TEST(PassingWin32, WhatCouldNotBeToldIsTakenBack) {
  const Waiting waiting("a child that is given the end of a pair");
  PeerProcess peer = start_peer({"echo"});
  Pair ends = *pair();
  const Result<std::uint64_t> number = give(ends.first.get(), peer.process.native());
  ASSERT_TRUE(number) << number.error().message();
  ends.first.close();
  char room[8];
  EXPECT_EQ(receive(ends.second.get(), room, now()).error().code, std::errc::timed_out)
      << "the child's copy keeps it open";
  EXPECT_TRUE(take_back(*number, peer.process.native()));
  EXPECT_EQ(next(ends.second.get()), "<end>");
  peer.channel.close();
  EXPECT_TRUE(peer.process.wait());
}

TEST(PassingWin32, AChildServesOnAListenerThatItWasPassed) {
  const Waiting waiting("a child that serves a client");
  PeerProcess peer = start_peer({"take-listener"});
  Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener) << listener.error().message();
  const TcpAddress at = *local_address(*listener);
  const Result<std::string> packed = export_socket(*listener, peer.process.pid());
  ASSERT_TRUE(packed) << packed.error().message();
  EXPECT_EQ(packed->size(), 628U) << "what Node's frames have room for";
  ASSERT_TRUE(send_all(peer.channel.get(), *packed));
  const Result<Socket> client = connect_tcp(at, soon());
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_EQ(rest(client->get()), "hello from the peer");
  EXPECT_EQ(next(peer.channel.get()), "done");
  EXPECT_EQ(peer.process.wait()->text(), "exit 0");
}

TEST(PassingWin32, AConnectionTravelsWithinOneProcessToo) {
  const Waiting waiting("a connection that was passed");
  const Socket listener = *listen_tcp({"127.0.0.1", 0});
  const Result<Socket> client = connect_tcp(*local_address(listener), soon());
  ASSERT_TRUE(client);
  Result<Socket> served = accept_tcp(listener, soon());
  ASSERT_TRUE(served);
  const Result<std::string> packed = export_socket(*served, ::GetCurrentProcessId());
  ASSERT_TRUE(packed) << packed.error().message();
  const Result<Socket> copy = import_socket(*packed);
  ASSERT_TRUE(copy) << copy.error().message();
  served->close();
  ASSERT_TRUE(send_all(copy->get(), "by the copy"));
  EXPECT_EQ(next(client->get()), "by the copy");
  DWORD flags = HANDLE_FLAG_INHERIT;
  EXPECT_TRUE(::GetHandleInformation(copy->get(), &flags));
  EXPECT_EQ(flags & HANDLE_FLAG_INHERIT, 0U);
}

TEST(PassingWin32, BadInputIsRefused) {
  for (const std::string& packed : {std::string(), std::string("short"), std::string(629, 'x')}) {
    EXPECT_EQ(import_socket(packed).error().code, std::errc::invalid_argument);
  }
  EXPECT_FALSE(import_socket(std::string(628, '\0')));
  EXPECT_FALSE(export_socket(Socket(), ::GetCurrentProcessId()));
  EXPECT_EQ(give(nullptr, ::GetCurrentProcess()).error().code, std::errc::bad_file_descriptor);
  EXPECT_FALSE(give(::GetCurrentProcess(), nullptr));
}

TEST(PassingWin32, PosixsWayIsNotHere) {
  char room[8];
  const NativeHandle none[] = {nullptr};
  EXPECT_EQ(send_handles(nullptr, "x", none).error().code, std::errc::not_supported);
  EXPECT_EQ(send_some(nullptr, "x", none).error().code, std::errc::not_supported);
  EXPECT_EQ(receive_handles(nullptr, room).error().code, std::errc::not_supported);
}

}  // namespace
}  // namespace proclab::sockets
