// Chapter 6 · sockets: a name as the kernel wants it. Read address_posix.h first.
#include "chapters/ch06_sockets/address_posix.h"

#include <cstring>

#include <netdb.h>
#include <sys/time.h>

#include "chapters/ch06_sockets/birth_posix.h"
#include "platform/text.h"

namespace proclab::sockets {
namespace {

Error bad(std::errc why, std::string detail) { return make_error("name", why, std::move(detail)); }

}  // namespace

//> address
Result<Address> Address::of(const std::string& name) {
  if (name.empty()) return bad(std::errc::invalid_argument, "an empty name");
  const bool abstract = name[0] == '\0';
  if (abstract && kLongestAbstract == 0) {
    return bad(std::errc::not_supported, "only Linux has abstract names");
  }
  if (!abstract && has_nul(name)) return bad(std::errc::invalid_argument, "a NUL in the path");
  const std::size_t longest = abstract ? kLongestAbstract : kLongest;
  if (name.size() > longest) {
    // Cut silently, it would be another path: clients would look for a server that is elsewhere.
    return bad(std::errc::filename_too_long,
               std::to_string(name.size()) + " bytes; at most " + std::to_string(longest) + " fit");
  }
  Address made;
  made.address_.sun_family = AF_UNIX;
  std::memcpy(made.address_.sun_path, name.data(), name.size());
  // An abstract name is all the bytes that the length says, NULs too: with sizeof(sockaddr_un) it
  // would have a tail of them, and be another name.
  made.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size() + !abstract);
  return made;
}
//< address

Result<InternetName> resolve(const TcpAddress& address, int type) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;  // never a question to a server
  hints.ai_socktype = type;
  addrinfo* found = nullptr;
  const std::string host = address.host.empty() ? "::" : address.host;
  if (::getaddrinfo(host.c_str(), std::to_string(address.port).c_str(), &hints, &found) != 0) {
    return make_error("address", std::errc::invalid_argument, host + " is no numeric address");
  }
  InternetName name;
  name.size = found->ai_addrlen;
  std::memcpy(&name.bytes, found->ai_addr, found->ai_addrlen);
  ::freeaddrinfo(found);
  return name;
}

void limit_sends(int fd, int milliseconds) noexcept {
  const timeval limit{milliseconds / 1000, milliseconds % 1000 * 1000};
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace proclab::sockets
