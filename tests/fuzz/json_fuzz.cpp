// tests/fuzz · libFuzzer's target for a channel in JSON lines: make fuzz.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/channel_stream.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const char* broken = proclab::fuzz::broken_promise(proclab::channel::Serialization::json, input);
  if (broken == nullptr) return 0;
  std::fprintf(stderr, "broken promise: %s\n", broken);
  std::abort();
}
