// Chapter 5 · pipeline: one way to do it.
//
// All run at the same time. After each fork the parent closes what is now the children's: who keeps an end that it does
// not use keeps a reader from its end of file, or a writer from its SIGPIPE.
#include <cerrno>
#include <cstring>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

// The commands between the words "--": {"cat"}, {"wc", "-l"}.
std::vector<std::vector<char*>> commands_of(char** words) {
  std::vector<std::vector<char*>> commands(1);
  for (; *words != nullptr; ++words) {
    if (std::strcmp(*words, "--") == 0) {
      commands.emplace_back();
    } else {
      commands.back().push_back(*words);
    }
  }
  for (std::vector<char*>& command : commands) command.push_back(nullptr);
  return commands;
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  std::vector<std::vector<char*>> commands = commands_of(argv + 1);
  std::vector<pid_t> children;
  int input = 0;  // what the next command reads
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const bool last = i + 1 == commands.size();
    int ends[2] = {-1, 1};
    if (!last && ::pipe(ends) == -1) return 1;
    const pid_t child = ::fork();
    if (child == 0) {
      ::dup2(input, 0);
      ::dup2(ends[1], 1);
      if (input != 0) ::close(input);
      if (!last) ::close(ends[0]), ::close(ends[1]);
      ::execvp(commands[i][0], commands[i].data());
      ::_exit(127);
    }
    children.push_back(child);
    if (input != 0) ::close(input);
    if (!last) ::close(ends[1]);
    input = ends[0];
  }
  int status = 0;
  for (const pid_t child : children) {
    while (::waitpid(child, &status, 0) == -1 && errno == EINTR) continue;
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
