// Hostile: a compile that does not end.
template <int N, int M>
struct Bomb {
  static constexpr unsigned value = Bomb<N - 1, M>::value + Bomb<N - 1, M + (1 << N)>::value;
};
template <int M>
struct Bomb<0, M> {
  static constexpr unsigned value = 1;
};
int main() { return static_cast<int>(Bomb<26, 0>::value); }
