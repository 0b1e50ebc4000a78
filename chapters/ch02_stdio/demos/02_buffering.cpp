// Chapter 2 · stdio: the three bufferings of C's stdio, seen from the other side.
//
// Look for: what has reached the file after each fputs, while nobody called fflush. Full buffering: not
// a byte. By line: all up to the last line's end. None: everything. Windows has no buffering by line:
// its C library treats _IOLBF as _IOFBF.
//
// Run: ch02_buffering
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <random>
#include <string>
#include <system_error>

namespace {

namespace fs = std::filesystem;

void show(const char* name, int mode, const fs::path& path) {
  std::FILE* out = std::fopen(path.string().c_str(), "wb");
  if (out == nullptr) return std::perror("fopen");
  std::setvbuf(out, nullptr, mode, 4096);  // before the first output, or it is undefined
  std::printf("%-16s", name);
  for (const char* text : {"one\n", "half a ", "line\n", "rest"}) {
    std::fputs(text, out);
    std::error_code lost;
    std::printf(" %8ju", static_cast<std::uintmax_t>(fs::file_size(path, lost)));
  }
  std::fclose(out);  // writes what is left
  std::printf(" %8ju\n", static_cast<std::uintmax_t>(fs::file_size(path)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts(
               "ch02_buffering: prints how many bytes of four fputs have reached the file.\n"
               "usage: ch02_buffering"),
           0;
  }
  std::error_code unused;
  const fs::path folder = fs::temp_directory_path(unused);
  // A name of its own for each run: two at once must not count each other's bytes.
  const fs::path path = folder / ("ch02_buffering." + std::to_string(std::random_device{}()));
  std::printf("bytes in the file after   \"one\\n\" \"half a \" \"line\\n\"   \"rest\"   fclose\n");
  show("_IOFBF, full", _IOFBF, path);
  show("_IOLBF, line", _IOLBF, path);
  show("_IONBF, none", _IONBF, path);
  fs::remove(path, unused);
}
