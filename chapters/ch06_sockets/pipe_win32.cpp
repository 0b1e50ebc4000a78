// Chapter 6 · sockets: named pipes. Read pipe_win32.h first.
//
// A pipe's name is everybody's: any program may have made it before us, any may open it, and by
// default from other machines too. Four words in the call and an access list close these doors.
// Meets: CreateNamedPipeW, ConvertStringSecurityDescriptorToSecurityDescriptorW, CreateFileW,
// WaitNamedPipeW.
#include "chapters/ch06_sockets/pipe_win32.h"

#include <windows.h>

#include <sddl.h>

#include <memory>

#include "platform/win32/wide.h"

namespace proclab::sockets {
namespace {

struct LocalFreer {
  void operator()(void* memory) const { ::LocalFree(memory); }
};

/// This user's SID as text: "S-1-5-21-…".
Result<std::wstring> user_sid() {
  HANDLE raw = nullptr;
  if (!::OpenProcessToken(::GetCurrentProcess(), TOKEN_QUERY, &raw)) {
    return last_error("OpenProcessToken");
  }
  const Handle token(raw);
  alignas(TOKEN_USER) char room[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
  DWORD size = 0;
  if (!::GetTokenInformation(raw, TokenUser, room, sizeof room, &size)) {
    return last_error("GetTokenInformation");
  }
  wchar_t* text = nullptr;
  if (!::ConvertSidToStringSidW(reinterpret_cast<TOKEN_USER*>(room)->User.Sid, &text)) {
    return last_error("ConvertSidToStringSidW");
  }
  const std::unique_ptr<wchar_t, LocalFreer> owner(text);
  return std::wstring(text);
}

Error why_not(const std::wstring& name, bool first) {
  const Error why = last_error("CreateNamedPipeW");
  // With the first-instance flag, "access denied" is how the system says that the name is taken.
  if (first && (why.code == std::errc::permission_denied ||
                why.code == std::errc::device_or_resource_busy)) {
    return make_error("CreateNamedPipeW", std::errc::address_in_use, from_wide(name));
  }
  return Error{why.call, why.code, from_wide(name)};
}

}  // namespace

//> make-pipe
Result<Handle> make_pipe(const std::wstring& name, const PipeOptions& options) {
  if (options.kind == Kind::datagram) {
    return make_error("kind", std::errc::not_supported, "Windows has no local datagrams");
  }
  const Result<std::wstring> sid = user_sid();
  if (!sid) return sid.error();
  // An access list with one entry, inheriting none: this user may do all, everybody else nothing.
  // The default would let everybody read.
  const std::wstring list = L"D:P(A;;GA;;;" + *sid + L")";
  void* descriptor = nullptr;
  if (!::ConvertStringSecurityDescriptorToSecurityDescriptorW(list.c_str(), SDDL_REVISION_1,
                                                              &descriptor, nullptr)) {
    return last_error("ConvertStringSecurityDescriptorToSecurityDescriptorW");
  }
  const std::unique_ptr<void, LocalFreer> owner(descriptor);
  SECURITY_ATTRIBUTES mine{sizeof mine, descriptor, FALSE};  // FALSE: inherited by nobody
  const DWORD open = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED |
                     // Fail if the name exists: else a program that was there before us, listening
                     // under our name, would get our clients.
                     (options.first ? FILE_FLAG_FIRST_PIPE_INSTANCE : 0);
  const DWORD mode = PIPE_WAIT | PIPE_REJECT_REMOTE_CLIENTS |
                     (options.kind == Kind::seqpacket ? PIPE_TYPE_MESSAGE | PIPE_READMODE_MESSAGE
                                                      : PIPE_TYPE_BYTE | PIPE_READMODE_BYTE);
  Handle made(::CreateNamedPipeW(name.c_str(), open, mode,
                                 options.only ? 1 : PIPE_UNLIMITED_INSTANCES, 65536, 65536, 0,
                                 &mine));
  if (!made) return why_not(name, options.first);
  return made;
}
//< make-pipe

//> open-pipe
Result<Handle> open_pipe(const std::wstring& name, Kind kind, Deadline until, bool overlapped) {
  for (;;) {
    Handle end(::CreateFileW(
        name.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
        // Without these two, the server may act as us, with all our rights.
        (overlapped ? FILE_FLAG_OVERLAPPED : 0) | SECURITY_SQOS_PRESENT | SECURITY_IDENTIFICATION,
        nullptr));
    if (!end) {
      const Error why = last_error("CreateFileW", from_wide(name));
      if (why.code.value() != ERROR_PIPE_BUSY) return why;
      if (until.passed()) return make_error("connect", std::errc::timed_out, from_wide(name));
      // 0 would mean the pipe's own default. Whoever is faster than us sends us round again.
      const int left = until.poll_timeout();
      ::WaitNamedPipeW(name.c_str(), left < 0 ? NMPWAIT_WAIT_FOREVER : left < 1 ? 1 : left);
      continue;
    }
    DWORD mode = PIPE_READMODE_MESSAGE;  // a client's end begins in byte mode
    if (kind == Kind::seqpacket && !::SetNamedPipeHandleState(end.get(), &mode, nullptr, nullptr)) {
      return make_error("connect", std::errc::wrong_protocol_type, from_wide(name));
    }
    return end;
  }
}
//< open-pipe

}  // namespace proclab::sockets
