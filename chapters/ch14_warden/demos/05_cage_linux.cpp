// Chapter 14 · cage: what a program sees and reaches, outside and inside of namespaces.
//
// Look for: inside there is nobody else, so kill(-1) hits nobody; no file can be changed, no address reached,
// and root is root of nothing. What still gets through: time, the kernel's own faults, and whatever was open.
//
// Run: ch14_cage
#include <array>
#include <cstdio>
#include <string>
#include <string_view>

#include "chapters/ch14_warden/warden.h"
#include "platform/self.h"

using namespace proclab;

namespace {

struct Question {
  const char* asked;
  const char* script;
};

constexpr std::array kQuestions = {
    Question{"other processes to be seen",
             "n=$(ls -d /proc/[0-9]* | wc -l); [ $n -gt 6 ] && echo many || echo only its own"},
    Question{"a signal to the warden",
             "kill -0 $PPID 2>/dev/null && [ $PPID != 1 ] && echo it would arrive || echo none"},
    Question{
        "a new file in /var/tmp",
        "f=/var/tmp/ch14_cage_$$; (: > $f) 2>/dev/null && echo made || echo refused; rm -f $f"},
    Question{"a file in /tmp",
             "f=/tmp/ch14_cage_$$; (: > $f) 2>/dev/null && echo made || echo refused; rm -f $f"},
    Question{
        "network devices",
        "n=$(grep -c : /proc/net/dev); [ $n = 1 ] && echo loopback only || echo the machine\\'s"},
    Question{"a namespace of its own", "unshare -U true 2>/dev/null && echo yes || echo refused"},
    Question{"the time", "[ $(date +%Y) -gt 2000 ] && echo the same as everybody\\'s"},
};

std::string ask(const char* script, bool inside) {
  warden::Options options;
  options.command = {.file = "/bin/sh", .args = {"-c", script}};
  options.limits.wall = Milliseconds(10'000);
  warden::Layers& layers = options.layers;
  layers.namespaces = layers.no_network = layers.read_only = layers.seccomp = inside;
  layers.strict = inside;
  const Result<warden::Report> report = warden::run(options);
  if (!report) return "cannot be shown here: " + report.error().message() + "\n";
  return report->output.substr(0, report->output.find('\n'));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1) {
    std::puts("usage: ch14_cage\nThe same questions, outside and inside.");
    return std::string_view(argv[1]) == "--help" ? 0 : 2;
  }
  if (!fill_std_slots()) return 1;
  if (const std::string can = ask("echo fine", true); can != "fine") {
    return std::fputs(can.c_str(), stdout), 77;
  }
  std::printf("%-28s %-26s %s\n", "", "outside", "inside");
  for (const Question& question : kQuestions) {
    std::printf("%-28s %-26s %s\n", question.asked, ask(question.script, false).c_str(),
                ask(question.script, true).c_str());
  }
}
