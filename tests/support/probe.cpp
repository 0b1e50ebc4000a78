// tests/support · probe: one small child that does as it is told: `probe --help`.
//
// A test starts it to see what a child really got. What it prints goes out in one write at the end,
// so no test sees half of it, and no buffer of stdio's comes in between.
#include "tests/support/probe.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace proclab::probe {
namespace {

/// `text` as a JSON string: any byte survives a line-wise reading. Bytes that are not UTF-8 are the
/// caller's business.
std::string json(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\', out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '\r') {
      out += "\\r";
    } else if (byte < 0x20 || byte == 0x7F) {
      char escape[8];
      std::snprintf(escape, sizeof escape, "\\u%04x", byte);
      out += escape;
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string lines(const Args& items) {
  std::string out;
  for (const std::string& item : items) out += json(item) + "\n";
  return out;
}

int echo(const Args& args) {
  std::string out;
  for (const std::string& arg : args) out += (out.empty() ? "" : " ") + arg;
  return put(1, out + "\n") ? 0 : 1;
}

int cat(const Args&) {
  for (std::string text; !(text = take()).empty();) {
    if (!put(1, text)) return 1;
  }
  return 0;
}

int exit_with(const Args& args) { return args.empty() ? 2 : std::atoi(args[0].c_str()); }

/// N bytes of "0123456789…": byte i is '0' + i % 10, but each 64th is a line feed.
int flood(const Args& args) {
  if (args.empty()) return 2;
  const int slot = args.size() > 1 && args[1] == "--stderr" ? 2 : 1;
  const unsigned long long all = std::strtoull(args[0].c_str(), nullptr, 10);
  std::string block;
  for (unsigned long long i = 0; i < all;) {
    block.clear();
    for (; i < all && block.size() < 65536; ++i) {
      block += i % 64 == 63 ? '\n' : static_cast<char>('0' + i % 10);
    }
    if (!put(slot, block)) return 1;
  }
  return 0;
}

int env(const Args& args) {
  std::vector<std::string> all = environment();
  std::sort(all.begin(), all.end());
  if (!args.empty()) {
    std::erase_if(all, [&](const std::string& e) { return e.rfind(args[0] + "=", 0) != 0; });
    if (all.empty()) return 1;
  }
  return put(1, lines(all)) ? 0 : 1;
}

int print_cwd(const Args&) {
  const std::string path = cwd();
  return !path.empty() && put(1, path + "\n") ? 0 : 1;
}

int stdin_eof(const Args&) {
  while (!take().empty()) {
  }
  return 0;
}

struct Command {
  const char* name;
  int (*run)(const Args&);
  const char* help;
};

constexpr Command kCommands[] = {
    {"echo", echo, "ARGS…            prints its arguments, with a blank between"},
    {"cat", cat, "                 copies stdin to stdout"},
    {"exit", exit_with, "N                exits with N"},
    {"die", die,
     "SIGNAL|abort     dies of a signal, by number or name. Windows has none:\n"
     "                                    TerminateProcess on itself with 128 + number"},
    {"flood", flood,
     "N [--stderr]     writes N bytes; byte i is '0' + i % 10, each 64th a line feed"},
    {"fds", fds,
     "                 a line per open descriptor: `0 pipe r cloexec=0 pipe:[1]`;\n"
     "                                    Windows: `0x54 pipe inherit=1 stdin` for each "
     "inheritable handle"},
    {"argv", nullptr, "ARGS…            each argument from argv[0] on as a JSON string"},
    {"env", env, "[NAME]           the environment, sorted, each entry as a JSON string"},
    {"cwd", print_cwd, "                 the working directory"},
    {"ids", ids, "                 pid, ppid and, on POSIX, pgid, sid, uid, gid, umask"},
    {"signals", signals, "                 the blocked and the ignored signals"},
    {"limits", limits, "                 resource limits: `nofile soft hard`"},
    {"gate", gate, "HANDLE           waits until the gate opens; 1 when it never can any more"},
    {"ready", ready, "HANDLE           opens the gate, then waits for the end of stdin"},
    {"grandchild", grandchild,
     "HANDLE           starts a `gate HANDLE` that holds stdout, prints its\n"
     "                                    pid and exits at once"},
    {"stdin-eof", stdin_eof, "                 waits for the end of stdin"},
    {"ignore-term", ignore_term,
     "HANDLE           ignores SIGTERM, opens the gate, waits for the end of stdin"},
    {"trap", trap,
     "SIGNAL HANDLE    catches SIGNAL, opens the gate, prints `caught N` when it comes"},
};

int help(int slot) {
  std::string text = "probe: a small child for tests, which does as it is told.\n\n";
  for (const Command& command : kCommands) {
    std::string name = command.name;
    name.resize(std::max<std::size_t>(name.size(), 12), ' ');
    text += "  probe " + name + " " + command.help + "\n";
  }
  put(slot, text);
  return slot == 1 ? 0 : 2;
}

}  // namespace

int main(const Args& args) {
  if (args.size() < 2) return help(2);
  if (args[1] == "--help") return help(1);
  if (args[1] == "argv") return put(1, lines(args)) ? 0 : 1;
  for (const Command& command : kCommands) {
    if (args[1] == command.name) return command.run({args.begin() + 2, args.end()});
  }
  return help(2);
}

}  // namespace proclab::probe

int main(int argc, char** argv) {
  return proclab::probe::main(proclab::probe::arguments(argc, argv));
}
