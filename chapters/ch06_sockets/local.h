// Chapter 6 · sockets: a server on this machine that clients find by name.
//
// Question: how does a stranger find a server without the network, who may connect, and what is left
// when the server dies? Read before: pair.h, io.h.
// Raw calls met: socket, bind, listen, accept, connect, flock; CreateNamedPipeW, ConnectNamedPipe.
#pragma once

#include <cstddef>
#include <string>

#include "chapters/ch06_sockets/pair.h"
#include "platform/clock.h"
#include "platform/handle.h"
#include "platform/result.h"

namespace proclab::sockets {

/// The longest name that a local server can have, in bytes: what sockaddr_un has room for, less one.
/// Linux 107, macOS 103; Windows 256.
[[nodiscard]] std::size_t longest_name();

/// A name for a person: an abstract one with an @ for its NUL.
[[nodiscard]] std::string shown(const std::string& name);

struct ListenOptions {
  Kind kind = Kind::stream;
  /// POSIX: who may connect, as chmod(2) says it. Holds from the file's first moment, whatever the
  /// umask. Abstract names have no file and no permissions: ask peer(). Windows: this user alone.
  unsigned mode = 0600;
  int backlog = 511;  ///< connections that wait for accept(), as in Node. Windows: none wait.
};

/// A server's end: clients come in by its name. Moves, never copies; one thread at a time.
///
/// The name. POSIX: a path, which becomes a socket file; Linux: or an abstract name, whose first byte is
/// NUL, and which is no file and goes when its server goes. Windows: \\.\pipe\NAME.
class LocalListener {
 public:
  /// Takes the name and listens. Kind::datagram only binds: read messages from native().
  ///
  /// A server that was killed leaves its file behind. Such a stale file is replaced; a file that a living
  /// server answers on never is, however many servers start at once (a lock on the folder decides, so
  /// the folder must be readable). Every other file there stays as it is.
  /// Errors: address_in_use: a server lives there; file_exists: the path is something else than a socket;
  /// filename_too_long, with the limit; permission_denied; no_such_file_or_directory: no folder;
  /// invalid_argument: an empty name, a NUL inside a path; not_supported: an abstract name outside Linux,
  /// a kind or a mode that the system lacks. Sources: unix(7); MSDN CreateNamedPipeW.
  static Result<LocalListener> open(const std::string& name, const ListenOptions& options = {});

  LocalListener(LocalListener&&) noexcept = default;
  LocalListener& operator=(LocalListener&& other) noexcept;
  ~LocalListener() { close(); }

  /// The next client: a blocking end that no child inherits. Waits until the deadline; one that has
  /// passed makes one attempt. Errors: timed_out; too_many_files_open: the client still waits, so a
  /// loop must not try again at once; operation_not_supported for a datagram.
  Result<Handle> accept(Deadline until = {});

  /// What to poll, or to pass on: a non-blocking listening socket. Windows: the pipe that waits for the
  /// next client; it changes with each accept().
  [[nodiscard]] NativeHandle native() const { return handle_.get(); }
  [[nodiscard]] const std::string& name() const { return name_; }

  /// Stops listening and removes the socket's file, if it is still ours.
  void close() noexcept;

 private:
  LocalListener() = default;
  Result<void> take_path(unsigned mode);

  Handle handle_;
  std::string name_;
  ListenOptions options_;
  unsigned long long device_ = 0, file_ = 0;  // POSIX: which file is ours; 0, 0 for none
};

/// A client's end of the server at `name`. Waits until the deadline while the server has too many
/// clients waiting. A datagram end is connected to the name: send_all() goes there.
/// Errors: no_such_file_or_directory: no such name; connection_refused: a file, and nobody behind it;
/// permission_denied; wrong_protocol_type: another Kind; filename_too_long; timed_out. Windows: the server
/// learns who we are (SECURITY_IDENTIFICATION) but cannot act as us. Sources: connect(2); MSDN CreateFileW.
Result<Handle> connect_local(const std::string& name, Kind kind = Kind::stream,
                             Deadline until = {});

}  // namespace proclab::sockets
