// Chapter 13 · cluster: connections served. Read http_server.h first.
#include "chapters/ch13_cluster/http_server.h"

#include <utility>
#include <vector>

namespace proclab::cluster {
namespace {

constexpr Milliseconds kSweep(500);

}  // namespace

HttpServer::HttpServer(loop::Loop& loop, Handler handler, Options options)
    : loop_(loop), handler_(std::move(handler)), options_(options) {
  // One timer for all: to restart one with every request would cost more than the request.
  sweeper_ = loop::Timer::every(loop, kSweep, [this] { sweep(); });
  sweeper_->unref();
}

Result<void> HttpServer::serve(sockets::Socket connection) {
  Result<loop::Stream> stream =
      loop::Stream::open(loop_, std::move(connection), {.most = 16 * 1024});
  if (!stream) return stream.error();
  const Id id = ++last_;
  all_.emplace(id, Connection{.stream = std::move(*stream), .heard = Clock::now()});
  read(id);
  return {};
}

void HttpServer::read(Id id) {
  all_.at(id).stream.read([this, id](const Result<loop::Bytes>& got) { arrived(id, got); });
}

//> arrived
void HttpServer::arrived(Id id, const Result<loop::Bytes>& got) {
  const auto found = all_.find(id);
  if (found == all_.end()) return;
  Connection& connection = found->second;
  if (!got || got->end()) return end(id);
  if (connection.ending) return read(id);  // and not heard: the sweeper ends who never stops
  connection.heard = Clock::now();
  connection.unread += got->data;
  std::string answers = answer_all(connection);
  // The next read is asked for when the kernel has the answers: a client that does not read them is not read from.
  if (answers.empty()) return read(id);
  if (!connection.ending) {
    return connection.stream.write(
        std::move(answers), [this, id](const Result<void>& how) { how ? read(id) : end(id); });
  }
  // The end is said, not left to close(): a primary that handed this client to us has the socket, too, and until it
  // closes its own the client would wait.
  connection.stream.write(std::move(answers));
  connection.stream.end([this, id](const Result<void>& how) { how ? said_the_end(id) : end(id); });
}
//< arrived

//> said-the-end
/// Who asked for the end has said all. Who is told it, in the middle of a body that nobody wants, may go on.
void HttpServer::said_the_end(Id id) {
  const auto found = all_.find(id);
  if (found != all_.end() && found->second.talking) return read(id);
  end(id);
}
//< said-the-end

//> answer-all
/// All requests that are complete: a client may send several before it reads the first answer.
std::string HttpServer::answer_all(Connection& to) {
  std::string answers;
  std::size_t taken = 0;
  while (!to.ending) {
    const Result<std::optional<Request>> request =
        read_request(std::string_view(to.unread).substr(taken));
    if (request && !*request) break;
    to.answered = true;
    if (!request) {
      to.ending = to.talking = true;
      write_response(answers, 400, request.error().detail + "\n", false);
      break;
    }
    const Request& asked = **request;
    const bool head_only = asked.method == "HEAD";
    const bool known = head_only || asked.method == "GET";
    to.ending = !asked.keep_alive || finishing_ || !known;
    if (known) write_response(answers, 200, handler_(asked), !to.ending, head_only);
    if (!known) write_response(answers, 405, "GET and HEAD are all there is\n", false);
    ++served_;
    taken += asked.size;
    to.talking = to.ending && (!known || asked.keep_alive || taken < to.unread.size());
  }
  to.unread.erase(0, taken);
  return answers;
}
//< answer-all

void HttpServer::end(Id id) {
  if (all_.erase(id) != 0 && on_end) on_end();
}

//> finish
void HttpServer::finish() {
  finishing_ = true;
  std::vector<Id> waiting_for_nothing;
  for (const auto& [id, connection] : all_) {
    if (connection.answered && !connection.ending && connection.unread.empty() &&
        connection.stream.pending() == 0) {
      waiting_for_nothing.push_back(id);
    }
  }
  for (const Id id : waiting_for_nothing) end(id);
}
//< finish

void HttpServer::sweep() {
  std::vector<Id> silent;
  const auto long_ago = Clock::now() - options_.idle;
  for (const auto& [id, connection] : all_) {
    if (connection.heard < long_ago) silent.push_back(id);
  }
  for (const Id id : silent) end(id);
}

}  // namespace proclab::cluster
