// tests/ch06 · files that tell which they are by their size, to be passed and counted. POSIX only.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <unistd.h>

#include "chapters/ch06_sockets/passing.h"
#include "tests/ch06_sockets/ends.h"

namespace proclab::sockets {

/// A file without a name, of `size` bytes: its size tells which it is.
inline Handle sized(int size) {
  char path[] = "/tmp/pl6.XXXXXX";
  Handle file(::mkstemp(path));
  ::unlink(path);
  EXPECT_EQ(::ftruncate(file.get(), size), 0);
  return file;
}

/// "1 2 3 ": which files these are.
inline std::string sizes(const std::vector<Handle>& files) {
  std::string all;
  for (const Handle& file : files) {
    struct stat about {};
    EXPECT_EQ(::fstat(file.get(), &about), 0);
    all += std::to_string(about.st_size) + " ";
  }
  return all;
}

/// Files of 1, 2, 3 … bytes.
struct Files {
  std::vector<Handle> owners;
  std::vector<NativeHandle> numbers;
  explicit Files(int count) {
    for (int i = 1; i <= count; ++i) {
      owners.push_back(sized(i));
      numbers.push_back(owners.back().get());
    }
  }
};

/// What one receive_handles() gives; fails the test when that is an error.
inline Received take(NativeHandle end, std::size_t room = 64, std::size_t most = kMostHandles) {
  std::string bytes(room, '\0');
  Result<Received> got = receive_handles(end, bytes, most, soon());
  EXPECT_TRUE(got) << got.error().message();
  return std::move(*got);
}

}  // namespace proclab::sockets
