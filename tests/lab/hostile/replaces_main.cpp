// Hostile: a submission that is linked with its test, and brings the main() that is run.
#include <cstdio>
bool write_all() { return false; }
int main() {
  std::puts("{\"test\":\"plain\",\"verdict\":\"passed\",\"message\":\"\",\"args\":{},\"ms\":1}");
}
