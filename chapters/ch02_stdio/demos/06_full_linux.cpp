// Chapter 2 · stdio: the disk is full. Who notices?
//
// Look for: fprintf says that all is well, since it only filled a buffer. The error comes with fclose
// (or fflush), whose result hardly anybody looks at. /dev/full is a disk that is always full.
//
// Run: ch02_full
// Run: ch02_full --check
// Exit: 1
#include <cerrno>
#include <cstdio>
#include <cstring>

namespace {

// UNSAFE: looks at each fprintf, as one should, and at nothing else. It calls that success.
int save(std::FILE* out) {
  const int count = std::fprintf(out, "a year's work\n");
  std::printf("fprintf: %d bytes\n", count);
  std::fclose(out);
  if (count < 0) return 1;
  return std::puts("saved"), 0;
}

// The twin: the file is saved when fclose says so.
int save_and_check(std::FILE* out) {
  const int count = std::fprintf(out, "a year's work\n");
  std::printf("fprintf: %d bytes\n", count);
  if (std::fclose(out) == EOF) {
    std::printf("fclose: %s\nnot saved\n", errno == ENOSPC ? "ENOSPC" : std::strerror(errno));
    return 1;
  }
  return count < 0 ? 1 : (std::puts("saved"), 0);
}

}  // namespace

int main(int argc, char** argv) {
  const bool check = argc > 1 && std::strcmp(argv[1], "--check") == 0;
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts(
               "ch02_full: saves a file on a full disk.\n"
               "usage: ch02_full           thinks that it worked\n"
               "       ch02_full --check   looks at fclose's result"),
           0;
  }
  std::FILE* out = std::fopen("/dev/full", "w");
  if (out == nullptr) return std::perror("/dev/full"), 1;
  return check ? save_and_check(out) : save(out);
}
