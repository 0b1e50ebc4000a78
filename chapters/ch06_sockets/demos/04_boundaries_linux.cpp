// Chapter 6 · boundaries: three sends of one, three and five letters. What does the other end get?
//
// Look for: the stream's one answer for three sends. The two others keep messages apart, and cut
// what has no room: the rest is gone. Only a stream and a seqpacket have an end; whoever waits for
// a datagram waits for ever.
//
// Run: ch06_boundaries
#include <cstdio>
#include <cstring>
#include <string>

#include "chapters/ch06_sockets/io.h"
#include "chapters/ch06_sockets/pair.h"

using namespace proclab;
using sockets::Kind;

static std::string take(const Handle& end, std::size_t room) {
  std::string bytes(room, '\0');
  const auto got = sockets::receive_message(end.get(), bytes, Deadline::after(Milliseconds(50)));
  if (!got) return got.error().code == std::errc::timed_out ? "nothing comes" : "an error";
  if (got->size == 0) return "the end";
  return "\"" + bytes.substr(0, got->size) + "\"" + (got->cut ? " cut" : "");
}

static void show(const char* name, Kind kind) {
  Result<sockets::Pair> ends = sockets::pair(kind);
  if (!ends) return std::printf("%s: %s\n", name, ends.error().message().c_str()), void();
  for (const char* text : {"a", "bcd", "efghi"}) (void)sockets::send_all(ends->first.get(), text);
  ends->first.close();
  std::printf("%-10s", name);
  for (const std::size_t room : {64, 64, 3, 64}) {
    std::printf(" %-14s", take(ends->second, room).c_str());
  }
  std::printf("\n");
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts(
               "usage: ch06_boundaries\nSends three times, receives with less and less room."),
           0;
  }
  std::printf("%-10s %-14s %-14s %-14s %s\n", "room for", "64", "64", "3", "64");
  show("stream", Kind::stream);
  show("seqpacket", Kind::seqpacket);
  show("datagram", Kind::datagram);
}
