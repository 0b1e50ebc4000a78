// tests/ch11 · what the fuzzers found worth keeping, replayed: tests/fuzz.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fuzz/channel_stream.h"

namespace proclab::channel {
namespace {

void replay(Serialization serialization, const std::string& folder) {
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(PROCLAB_SOURCE) +
                                                               "/tests/fuzz/corpus/" + folder)) {
    std::ostringstream input;
    input << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    const char* broken = fuzz::broken_promise(serialization, input.str());
    EXPECT_EQ(broken, nullptr) << entry.path() << ": " << broken;
    ++files;
  }
  EXPECT_GT(files, 20) << "the corpus is there";
}

TEST(Corpus, JsonKeepsItsPromises) { replay(Serialization::json, "json"); }
TEST(Corpus, AdvancedKeepsItsPromises) { replay(Serialization::advanced, "advanced"); }

}  // namespace
}  // namespace proclab::channel
