// Chapter 11 · channel: Node's names for what a socket is. Read handle.h first.
#include "chapters/ch11_channel/handle.h"

#include <array>
#include <utility>

namespace proclab::channel {
namespace {

constexpr std::array<std::pair<Kind, const char*>, 5> kNames{{
    {Kind::server, "net.Server"},
    {Kind::socket, "net.Socket"},
    {Kind::native, "net.Native"},
    {Kind::dgram_socket, "dgram.Socket"},
    {Kind::dgram_native, "dgram.Native"},
}};

}  // namespace

const char* name_of(Kind kind) {
  for (const auto& [one, name] : kNames) {
    if (one == kind) return name;
  }
  return "";
}

std::optional<Kind> kind_named(std::string_view name) {
  for (const auto& [kind, one] : kNames) {
    if (one == name) return kind;
  }
  return std::nullopt;
}

}  // namespace proclab::channel
