// tests/ch04 · the reader of a Windows command line, for tests of its writer.
#pragma once

#include <string>
#include <vector>

namespace proclab::spawn {

/// `line` cut into argv. Windows: by the system's own CommandLineToArgvW. Elsewhere: by the rules that
/// MSDN gives for it, written again here, independently of the code under test.
std::vector<std::string> read_back(const std::string& line);

}  // namespace proclab::spawn
