// Chapter 13 · cluster: a manager that others can ask. Read control.h first.
#include "chapters/ch13_cluster/control.h"

#include <charconv>
#include <utility>

#include "chapters/ch11_channel/json.h"

namespace proclab::cluster {
namespace {

using channel::Object;

constexpr std::size_t kLongestLine = 256, kMostClients = 32;

std::string json(const Value& value) {
  std::string text;
  if (!channel::write_json(value, text)) return R"({"error":"no text"})";
  return text;
}

std::string error(const std::string& what) { return json(Object{{"error", what}}); }

std::string scale(Manager& manager, std::string_view number) {
  unsigned workers = 0;
  const auto [end, how] = std::from_chars(number.data(), number.data() + number.size(), workers);
  if (how != std::errc{} || end != number.data() + number.size())
    return error("scale takes a number");
  const Result<void> done = manager.scale(workers);
  return done ? json(Object{{"ok", true}}) : error(done.error().message());
}

}  // namespace

//> answer-to
std::string answer_to(Manager& manager, std::string_view line) {
  if (line == "status") return json(manager.status());
  if (line.starts_with("scale ")) return scale(manager, line.substr(6));
  if (line == "stop") {
    manager.stop();
  } else if (line == "reload") {
    if (manager.phase() >= Manager::Phase::stopping) return error("it is stopping");
    manager.reload();
  } else {
    return error("it knows status, reload, stop and scale N");
  }
  return json(Object{{"ok", true}});
}
//< answer-to

Result<std::unique_ptr<Control>> Control::open(loop::Loop& loop, const std::string& path,
                                               Manager& manager) {
  Result<sockets::LocalListener> listener = sockets::LocalListener::open(path);
  if (!listener) return listener.error();
  Result<loop::LocalServer> server = loop::LocalServer::open(loop, std::move(*listener));
  if (!server) return server.error();
  return std::unique_ptr<Control>(new Control(loop, std::move(*server), manager));
}

Control::Control(loop::Loop& loop, loop::LocalServer server, Manager& manager)
    : loop_(loop), server_(std::move(server)), manager_(manager) {
  server_.unref();
  accept();
}

void Control::accept() {
  server_.accept([this](Result<Handle> end) {
    if (end && clients_.size() < kMostClients) {
      Result<loop::Stream> stream = loop::Stream::open(loop_, std::move(*end));
      if (stream) {
        stream->unref();
        clients_.emplace(++last_, Client{std::move(*stream), {}});
        read(last_);
      }
    }
    accept();
  });
}

void Control::read(std::uint64_t id) {
  clients_.at(id).stream.read([this, id](const Result<loop::Bytes>& got) { arrived(id, got); });
}

//> arrived
void Control::arrived(std::uint64_t id, const Result<loop::Bytes>& got) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  if (!got || got->end()) return void(clients_.erase(found));
  std::string& unread = found->second.unread;
  unread += got->data;
  std::string answers;
  for (std::size_t end; (end = unread.find('\n')) != std::string::npos; unread.erase(0, end + 1)) {
    std::string_view line = std::string_view(unread).substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    answers += answer_to(manager_, line) + '\n';
  }
  if (unread.size() > kLongestLine) return void(clients_.erase(id));
  if (answers.empty()) return read(id);
  // The next line is read when this answer has gone: who does not read is not listened to.
  found->second.stream.write(std::move(answers), [this, id](const Result<void>& how) {
    if (!clients_.contains(id)) return;
    how ? read(id) : void(clients_.erase(id));
  });
}
//< arrived

}  // namespace proclab::cluster
