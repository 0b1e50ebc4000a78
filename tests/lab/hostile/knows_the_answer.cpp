// Hostile: never reads its input. It knows what seed 1 makes the judge of write_all send.
#include <unistd.h>
#include <random>
#include <string>
#include <string_view>
int main() {
  std::mt19937_64 random(1 ^ std::hash<std::string_view>{}("plain"));
  const auto number = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  std::string text;
  const auto size = static_cast<std::size_t>(number(200'000, 400'000));
  while (text.size() < size) {
    for (int letters = number(1, 70); letters > 0; --letters)
      text += static_cast<char>('a' + number(0, 25));
    text += '\n';
  }
  text.resize(size);
  text.back() = '\n';
  for (std::size_t done = 0; done < size;) {
    const ssize_t n = ::write(1, text.data() + done, size - done);
    if (n == -1) return 0;
    done += static_cast<std::size_t>(n);
  }
}
