// Hostile: looks for the solution and the tests, and prints what it finds of them.
#include <cstdio>
#include <cstdlib>
int main() {
  std::system(
      "find / -path /proc -prune -o \\( -name solution.cpp -o -name test.cpp -o -name "
      "exercise.json -o -name "
      "results.json \\)"
      " -exec cat {} + 2>/dev/null");
}
