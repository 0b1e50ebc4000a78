// Chapter 6 · sockets: handles into another process, on Windows. Read passing.h first.
//
// A pipe carries bytes and nothing else. But who may open a process may write into its handle
// table: first the copy is made there, then its number is told. Meets: DuplicateHandle,
// WSADuplicateSocketW, WSASocketW.
#include "chapters/ch06_sockets/passing.h"

#include <winsock2.h>

#include <cstring>

#include "chapters/ch06_sockets/socket_win32.h"

namespace proclab::sockets {
namespace {

Error bytes_only(const char* call) {
  return make_error(call, std::errc::not_supported,
                    "a pipe carries bytes only: give() or export_socket()");
}

}  // namespace

Result<std::size_t> send_some(NativeHandle, std::string_view, std::span<const NativeHandle>,
                              Deadline, Then) {
  return bytes_only("send_some");
}

Result<void> send_handles(NativeHandle, std::string_view, std::span<const NativeHandle>, Deadline) {
  return bytes_only("send_handles");
}

Result<Received> receive_handles(NativeHandle, std::span<char>, std::size_t, Deadline) {
  return bytes_only("receive_handles");
}

//> give
Result<std::uint64_t> give(NativeHandle handle, NativeHandle process) {
  HANDLE theirs = nullptr;
  if (!::DuplicateHandle(::GetCurrentProcess(), handle, process, &theirs, 0, FALSE,
                         DUPLICATE_SAME_ACCESS)) {
    return last_error("DuplicateHandle");
  }
  return reinterpret_cast<std::uint64_t>(theirs);  // means nothing in this process
}

Result<void> take_back(std::uint64_t number, NativeHandle process) {
  HANDLE ours = nullptr;
  if (!::DuplicateHandle(process, reinterpret_cast<HANDLE>(number), ::GetCurrentProcess(), &ours, 0,
                         FALSE, DUPLICATE_SAME_ACCESS | DUPLICATE_CLOSE_SOURCE)) {
    return last_error("DuplicateHandle");
  }
  ::CloseHandle(ours);
  return {};
}
//< give

//> export-socket
Result<std::string> export_socket(const Socket& socket, Pid to) {
  if (const Result<void> ready = start_sockets(); !ready) return ready.error();
  // Not DuplicateHandle: a socket also has state in the libraries above the kernel, and only this
  // call makes the other process's Winsock know it.
  WSAPROTOCOL_INFOW info{};
  if (::WSADuplicateSocketW(to_socket(socket.get()), to, &info) != 0) {
    return last_error("WSADuplicateSocketW");
  }
  return std::string(reinterpret_cast<const char*>(&info), sizeof info);
}

Result<Socket> import_socket(std::string_view packed) {
  if (const Result<void> ready = start_sockets(); !ready) return ready.error();
  WSAPROTOCOL_INFOW info{};
  if (packed.size() != sizeof info) {
    return make_error("import_socket", std::errc::invalid_argument,
                      std::to_string(packed.size()) + " bytes are no packed socket");
  }
  std::memcpy(&info, packed.data(), sizeof info);
  Socket socket(
      to_native(::WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0,
                             WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT)));
  if (!socket) return last_error("WSASocketW");
  if (const Result<void> mine = make_private(socket); !mine) return mine.error();
  return socket;
}
//< export-socket

}  // namespace proclab::sockets
