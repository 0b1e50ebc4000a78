// Chapter 4 · spawn: argument lists and Windows' one command line.
//
// Question: CreateProcessW takes one string; who cuts it into argv, and by which rules? The child
// does, in its own C runtime. So the parent must write what that parser will read back. Plain text
// work: it is built, tested and fuzzed on every system.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace proclab::spawn {

/// One argument as the Microsoft C runtime and CommandLineToArgvW will read it back: in quotes when it
/// is empty or has blanks, tabs, newlines or quotes; a backslash is doubled only in front of a quote.
/// Source: MSDN "Parsing C command-line arguments".
[[nodiscard]] std::string quote_argument(std::string_view argument);

/// A whole command line: argv[0], whose own rule knows no escape at all, then the quoted arguments.
/// `verbatim` joins them as they are.
[[nodiscard]] std::string join_command_line(std::string_view argv0,
                                            const std::vector<std::string>& args,
                                            bool verbatim = false);

/// Whether cmd.exe would run this file: a name that ends in .bat or .cmd, in any case, also with the
/// trailing blanks and dots that Windows drops.
[[nodiscard]] bool is_batch_file(std::string_view path);

}  // namespace proclab::spawn
