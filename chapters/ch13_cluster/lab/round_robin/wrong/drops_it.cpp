// Caught: dead_worker lost
// The one whose turn it was is gone, and the connection with it.
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

struct Worker {
  pid_t pid;
  int channel;
};

// Sends `fd` along with one byte. False: the other end is gone.
bool send_fd(int channel, int fd) {
  char byte = 'c';
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
  msghdr message{};
  message.msg_iov = &data, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET, head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  *reinterpret_cast<int*>(CMSG_DATA(head)) = fd;
  return ::sendmsg(channel, &message, MSG_NOSIGNAL) == 1;
}

// The next descriptor that comes; -1 when the other end is closed.
int receive_fd(int channel) {
  char byte;
  iovec data{&byte, 1};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message{};
  message.msg_iov = &data, message.msg_iovlen = 1;
  message.msg_control = control, message.msg_controllen = sizeof control;
  if (::recvmsg(channel, &message, MSG_CMSG_CLOEXEC) <= 0) return -1;
  cmsghdr* head = CMSG_FIRSTHDR(&message);
  return head != nullptr ? *reinterpret_cast<int*>(CMSG_DATA(head)) : -1;
}

void answer(int connection) {
  if (::send(connection, "hello\n", 6, MSG_NOSIGNAL) == -1) std::perror("send");
  ::close(connection);
}

[[noreturn]] void work(int channel) {
  for (int connection; (connection = receive_fd(channel)) != -1;) answer(connection);
  ::_exit(0);
}

std::vector<Worker> start(int count) {
  std::vector<Worker> workers;
  for (int n = 0; n < count; ++n) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == -1) break;
    const pid_t pid = ::fork();
    if (pid == 0) {
      for (const Worker& other : workers) ::close(other.channel);  // or they never see its end
      ::close(ends[0]);
      ::close(3);
      work(ends[1]);
    }
    ::close(ends[1]);
    workers.push_back({pid, ends[0]});
  }
  return workers;
}

void end_all(std::vector<Worker>& workers) {
  for (const Worker& worker : workers) ::close(worker.channel);
  for (const Worker& worker : workers) {
    while (::waitpid(worker.pid, nullptr, 0) == -1 && errno == EINTR) continue;
  }
}

// Hands it to the worker whose turn it is, or to the next that takes it.
void hand_over(int connection, std::vector<Worker>& workers, std::size_t& turn) {
  while (!workers.empty()) {
    turn %= workers.size();
    const bool sent = send_fd(workers[turn].channel, connection);
    if (sent) ++turn;
    if (sent) break;
    ::close(workers[turn].channel);
    ::waitpid(workers[turn].pid, nullptr, 0);
    workers.erase(workers.begin() + static_cast<std::ptrdiff_t>(turn));
    break;
  }
  ::close(connection);
}

int main(int argc, char** argv) {
  std::vector<Worker> workers = start(argc > 1 ? std::atoi(argv[1]) : 2);
  std::size_t turn = 0;
  std::printf("ready\n");
  std::fflush(stdout);
  for (;;) {
    pollfd polls[2] = {{0, POLLIN, 0}, {3, POLLIN, 0}};
    if (::poll(polls, 2, -1) == -1) continue;
    char byte;
    if (polls[0].revents != 0 && ::read(0, &byte, 1) <= 0) break;
    if (polls[1].revents == 0) continue;
    const int connection = ::accept(3, nullptr, nullptr);
    if (connection != -1) hand_over(connection, workers, turn);
  }
  end_all(workers);
}
