// Chapter 5 · benchmark: the ways to feed and drain one child that are measured against each other.
#pragma once

#include <string>

namespace proclab::pipes::bench {

/// Each sends `input` through cat and back, with all three streams piped, keeps what comes back,
/// and gives the seconds from the start of cat to its end. Ends this process when a byte is
/// missing.
double talk_raw(const std::string& input);      ///< a poll loop by hand, as one writes it for cat
double talk_proclab(const std::string& input);  ///< communicate()
/// Python's Popen(…).communicate(); it times itself, without its own start. 0: there is no python3.
double talk_python(const std::string& input);

}  // namespace proclab::pipes::bench
