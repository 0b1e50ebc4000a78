// Chapter 6 · names: every way in which a name is refused, and the names that are no files.
//
// Look for: "too long" comes with its limit; a system that cut the path silently would listen
// elsewhere. Permissions are the file's. An abstract name (@) has no file, so no permissions and
// nothing stale.
//
// Run: ch06_names
#include <cstdio>
#include <cstring>
#include <ctime>
#include <fstream>
#include <string>

#include <sys/stat.h>

#include "chapters/ch06_sockets/local.h"

using namespace proclab;
using sockets::LocalListener;

static void try_it(const char* what, const std::string& name) {
  const Result<LocalListener> listener = LocalListener::open(name);
  std::printf("%-16s %s\n", what, listener ? "listens" : listener.error().message().c_str());
}

static unsigned mode_of(const char* path) {
  struct stat about {};
  return ::stat(path, &about) == 0 ? about.st_mode & 0777 : 0;
}

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch06_names\nTries good and bad names for a local server."), 0;
  }
  ::umask(0);
  const Result<LocalListener> taken = LocalListener::open("taken.sock");
  std::printf("mode, umask 0    %o\n", mode_of("taken.sock"));
  std::ofstream("notes.txt") << "precious";
  using std::string_literals::operator""s;
  try_it("taken", "taken.sock");
  try_it("another file", "notes.txt");
  try_it("no such folder", "nowhere/s.sock");
  try_it("107 bytes", std::string(107, 'n'));
  try_it("108 bytes", std::string(108, 'n'));
  try_it("empty", "");
  try_it("a NUL in it", "safe\0evil"s);
  const std::string abstract = "\0ch06_names-"s + std::to_string(::time(nullptr));
  {
    const Result<LocalListener> first = LocalListener::open(abstract);
    std::printf("%-16s %s\n", "abstract", first ? "listens" : first.error().message().c_str());
    const Result<LocalListener> second = LocalListener::open(abstract);
    std::printf("%-16s %s\n", "the same again",
                !second && second.error().code == std::errc::address_in_use ? "taken" : "?");
  }
  try_it("after its server", abstract);
}
