// tests/ch06 · what Windows' pipes and sockets do beyond the portable contract.
#include <winsock2.h>

#include <aclapi.h>
#include <gtest/gtest.h>
#include <sddl.h>

#include <algorithm>

#include "chapters/ch02_stdio/native_file_win32.h"
#include "chapters/ch06_sockets/local.h"
#include "chapters/ch06_sockets/peer.h"
#include "chapters/ch06_sockets/tcp.h"
#include "tests/ch06_sockets/ends.h"
#include "tests/support/deadline.h"
#include "tests/support/wine.h"

namespace proclab::sockets {
namespace {

using test::Waiting;

bool inheritable(HANDLE handle) {
  DWORD flags = 0;
  EXPECT_TRUE(::GetHandleInformation(handle, &flags));
  return (flags & HANDLE_FLAG_INHERIT) != 0;
}

TEST(PipeWin32, BothEndsOfAPairAreOverlappedAndPrivate) {
  const Pair ends = *pair();
  for (const HANDLE end : {ends.first.get(), ends.second.get()}) {
    EXPECT_TRUE(stdio::is_overlapped(end));
    EXPECT_FALSE(inheritable(end));
  }
}

TEST(PipeWin32, APairTakesOneClientEver) {
  const Pair ends = *pair();
  DWORD most = 0;
  ASSERT_TRUE(::GetNamedPipeInfo(ends.first.get(), nullptr, nullptr, nullptr, &most));
  EXPECT_EQ(most, 1U);
}

TEST(PipeWin32, ATakenNameIsSaid) {
  const Folder folder;
  const Result<LocalListener> first = LocalListener::open(folder.name("taken"));
  ASSERT_TRUE(first) << first.error().message();
  const Result<LocalListener> second = LocalListener::open(folder.name("taken"));
  if (second && test::under_wine()) GTEST_SKIP() << "Wine allows a second first instance";
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::address_in_use) << second.error().message();
}

TEST(PipeWin32, OnlyThisUserIsOnItsList) {
  const Folder folder;
  const Result<LocalListener> listener = LocalListener::open(folder.name("acl"));
  ASSERT_TRUE(listener);
  PACL list = nullptr;
  PSECURITY_DESCRIPTOR descriptor = nullptr;
  ASSERT_EQ(::GetSecurityInfo(listener->native(), SE_KERNEL_OBJECT, DACL_SECURITY_INFORMATION,
                              nullptr, nullptr, &list, nullptr, &descriptor),
            DWORD{ERROR_SUCCESS});
  wchar_t* text = nullptr;
  ASSERT_TRUE(::ConvertSecurityDescriptorToStringSecurityDescriptorW(
      descriptor, SDDL_REVISION_1, DACL_SECURITY_INFORMATION, &text, nullptr));
  const std::wstring sddl = text;
  ::LocalFree(text);
  ::LocalFree(descriptor);
  EXPECT_EQ(std::count(sddl.begin(), sddl.end(), L'('), 1) << "one entry";
  EXPECT_NE(sddl.find(L"(A;;"), std::wstring::npos);
  EXPECT_EQ(sddl.find(L";WD)"), std::wstring::npos) << "not everybody";
}

TEST(PipeWin32, TheServerLearnsWhoTheClientIsAndCannotActAsIt) {
  const Waiting waiting("a client");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("level"));
  const Result<Handle> client = connect_local(folder.name("level"), Kind::stream, soon());
  ASSERT_TRUE(client);
  const Result<Handle> served = listener.accept(soon());
  ASSERT_TRUE(served);
  ASSERT_TRUE(send_all(client->get(), "x"));  // until it has read, a server cannot impersonate
  ASSERT_EQ(next(served->get()), "x");
  if (!::ImpersonateNamedPipeClient(served->get())) {
    GTEST_SKIP() << last_error("ImpersonateNamedPipeClient").message();
  }
  HANDLE raw = nullptr;
  const BOOL opened = ::OpenThreadToken(::GetCurrentThread(), TOKEN_QUERY, TRUE, &raw);
  const Handle token(opened ? raw : nullptr);
  ::RevertToSelf();
  ASSERT_TRUE(token);
  SECURITY_IMPERSONATION_LEVEL level = SecurityAnonymous;
  DWORD size = 0;
  ASSERT_TRUE(
      ::GetTokenInformation(token.get(), TokenImpersonationLevel, &level, sizeof level, &size));
  if (level != SecurityIdentification && test::under_wine()) {
    GTEST_SKIP() << "Wine gives level " << level << " whatever the client asked for";
  }
  EXPECT_EQ(level, SecurityIdentification);
}

TEST(PipeWin32, ABusyServerMakesAClientWaitToItsDeadline) {
  const Waiting waiting("a client that finds no free end");
  const Folder folder;
  LocalListener listener = *LocalListener::open(folder.name("busy"));
  const Result<Handle> first = connect_local(folder.name("busy"), Kind::stream, soon());
  ASSERT_TRUE(first);  // took the one end that waits, and nobody accepts
  const auto second =
      connect_local(folder.name("busy"), Kind::stream, Deadline::after(Milliseconds(20)));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, std::errc::timed_out) << second.error().message();
  ASSERT_TRUE(listener.accept(soon()));
  EXPECT_TRUE(connect_local(folder.name("busy"), Kind::stream, soon()));
}

TEST(PipeWin32, APipeHasNoHalf) {
  const Pair ends = *pair();
  EXPECT_EQ(half_close(ends.first.get()).error().code, std::errc::not_supported);
}

TEST(PipeWin32, WhatWindowsLacksItSays) {
  const Folder folder;
  EXPECT_EQ(pair(Kind::datagram).error().code, std::errc::not_supported);
  EXPECT_EQ(LocalListener::open(folder.name("x"), {.mode = 0666}).error().code,
            std::errc::not_supported);
  EXPECT_EQ(LocalListener::open(std::string("\0x", 2)).error().code, std::errc::not_supported);
  EXPECT_EQ(LocalListener::open("C:\\no\\pipe").error().code, std::errc::invalid_argument);
  EXPECT_EQ(listen_tcp({"127.0.0.1", 0}, {.reuse_port = true}).error().code,
            std::errc::not_supported);
}

TEST(PipeWin32, APeersProcessIsOpened) {
  const Pair ends = *pair();
  const Result<Handle> process = peer_process(ends.first.get());
  ASSERT_TRUE(process) << process.error().message();
  EXPECT_EQ(::GetProcessId(process->get()), ::GetCurrentProcessId());
}

TEST(SocketWin32, NoSocketIsBornInheritable) {
  const Waiting waiting("a client over TCP");
  const Result<Socket> listener = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(listener);
  const Result<Socket> client = connect_tcp(*local_address(*listener), soon());
  ASSERT_TRUE(client);
  const Result<Socket> served = accept_tcp(*listener, soon());
  ASSERT_TRUE(served);
  for (const Socket* socket : {&*listener, &*client, &*served}) {
    EXPECT_FALSE(inheritable(socket->get()));
  }
}

}  // namespace
}  // namespace proclab::sockets
