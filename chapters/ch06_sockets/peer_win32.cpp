// Chapter 6 · sockets: who is on the other end, on Windows. Read peer.h first.
#include "chapters/ch06_sockets/peer.h"

#include <windows.h>

namespace proclab::sockets {

//> peer
Result<Peer> peer(NativeHandle end) {
  DWORD flags = 0;
  if (!::GetNamedPipeInfo(end, &flags, nullptr, nullptr, nullptr)) {
    return make_error("peer", std::errc::not_supported, "no pipe: its peer may be anywhere");
  }
  ULONG pid = 0;
  const bool server = (flags & PIPE_SERVER_END) != 0;
  if (!(server ? ::GetNamedPipeClientProcessId(end, &pid)
               : ::GetNamedPipeServerProcessId(end, &pid))) {
    return last_error(server ? "GetNamedPipeClientProcessId" : "GetNamedPipeServerProcessId");
  }
  return Peer{pid, {}, {}};
}
//< peer

Result<Handle> peer_process(NativeHandle end) {
  const Result<Peer> who = peer(end);
  if (!who) return who.error();
  Handle process(::OpenProcess(PROCESS_DUP_HANDLE | PROCESS_QUERY_LIMITED_INFORMATION | SYNCHRONIZE,
                               FALSE, who->pid));
  if (!process) return last_error("OpenProcess");
  // The number could have become a stranger's before we opened it. If the pipe still names it, and the
  // process behind it lives, it is the one.
  const Result<Peer> still = peer(end);
  if (!still || still->pid != who->pid || ::WaitForSingleObject(process.get(), 0) != WAIT_TIMEOUT) {
    return make_error("peer_process", std::errc::no_such_process);
  }
  return process;
}

}  // namespace proclab::sockets
