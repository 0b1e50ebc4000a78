// Chapter 13 · cluster: the worker's side. Read worker.h first.
#include "chapters/ch13_cluster/worker.h"

#include <charconv>
#include <utility>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch11_channel/start.h"

namespace proclab::cluster {

//> open
Result<std::unique_ptr<Worker>> Worker::open_from_environment(loop::Loop& loop) {
  const Result<std::optional<std::string>> name = process::get_variable(kIdVariable);
  if (!name) return name.error();
  if (!*name) return std::unique_ptr<Worker>{};
  if (Result<void> gone = process::unset_variable(kIdVariable); !gone) return gone.error();
  WorkerId id = 0;
  const char* const end = (*name)->data() + (*name)->size();
  if (const auto read = std::from_chars((*name)->data(), end, id);
      read.ec != std::errc{} || read.ptr != end || id == 0) {
    return make_error(kIdVariable, std::errc::invalid_argument, **name);
  }
  Result<std::optional<channel::Channel>> channel = channel::open_from_environment(loop);
  if (!channel) return channel.error();
  if (!*channel) return make_error(kIdVariable, std::errc::not_connected, "but no channel");
  return std::unique_ptr<Worker>(new Worker(loop, std::move(**channel), id));
}
//< open

Worker::Worker(loop::Loop& loop, channel::Channel channel, WorkerId id)
    : loop_(loop), channel_(std::move(channel)), id_(id) {}

void Worker::start(WorkerEvents events) {
  events_ = std::move(events);
  channel::Events told;
  told.message = [this](channel::Message message) {
    if (events_.message) events_.message(std::move(message));
  };
  told.internal = [this](channel::Message message) { receive(std::move(message)); };
  told.disconnect = [this](const std::optional<Error>&) {
    serving_.clear();
    if (events_.disconnect) events_.disconnect(leaving_);
  };
  told.warning = [this](const Error& what) {
    if (events_.fault) events_.fault(what);
  };
  channel_.start(std::move(told));
  (void)say(Online{});
}

Result<channel::Flow> Worker::send(const Value& message) { return channel_.send(message); }

//> listen
void Worker::listen(Place place, Service service) {
  place.index = 0;
  place.index = indexes_[key_of(place)]++;
  auto server = std::make_shared<Server>(Server{.place = place, .service = std::move(service)});
  const Result<std::uint64_t> seq = say(QueryServer{place});
  if (seq) {
    asked_.emplace(*seq, std::move(server));
  } else if (server->service.listening) {
    loop_.post([server, why = seq.error()] { server->service.listening(why); });
  }
}
//< listen

// ---- what the primary says ----

//> receive
void Worker::receive(channel::Message message) {
  if (!is_cluster_message(message.value)) return;
  const Result<Packet> packet = from_value(message.value);
  if (!packet) return fault(packet.error().detail);
  take(*packet, std::move(message.handle));
}

void Worker::take(const Packet& packet, std::optional<channel::Incoming> handle) {
  if (packet.ack && packet.ack == goodbye_) return channel_.disconnect();
  if (packet.ack) return listens(packet, std::move(handle));
  if (const auto* connected = std::get_if<NewConnection>(&packet.content)) {
    return connection(connected->key, packet.seq, std::move(handle));
  }
  if (!std::holds_alternative<Disconnect>(packet.content)) return fault("no word for a worker");
  if (leaving_) return;
  leaving_ = true;
  close_servers();
  channel_.disconnect();
  if (events_.leaving) events_.leaving();
}
//< receive

//> listens
void Worker::listens(const Packet& packet, std::optional<channel::Incoming> handle) {
  const auto asked = asked_.find(*packet.ack);
  const auto* answer = std::get_if<ServerAnswer>(&packet.content);
  if (asked == asked_.end() || answer == nullptr) return fault("an answer to no question");
  const std::shared_ptr<Server> server = asked->second;
  asked_.erase(asked);
  Result<sockets::TcpAddress> where = answer->name.value_or(sockets::TcpAddress{});
  if (answer->error != 0) {
    where = make_error("listen", from_uv_number(answer->error), answer->key);
  } else if (handle) {
    where = open_door(*server, std::move(handle->socket));
  }
  // A primary that could not have the port gives another, and leaves it to us to notice.
  if (where && server->place.port > 0 && where->port != 0 && where->port != server->place.port) {
    where = make_error("listen", std::errc::address_in_use, answer->key);
  }
  if (where && !leaving_) {
    if (where->port != 0) server->place.port = where->port;
    serving_[answer->key] = server;
    (void)say(Listening{server->place});
    if (server->door) accept(server);
  }
  if (server->service.listening) server->service.listening(std::move(where));
}

/// Shared mode: the socket is bound, and all who have it listen with it.
Result<sockets::TcpAddress> Worker::open_door(Server& server, sockets::Socket socket) {
  if (Result<void> set = sockets::set_nonblocking(socket, true); !set) return set.error();
  const int backlog = server.place.backlog.value_or(0);
  if (Result<void> on = sockets::start_listening(socket, backlog > 0 ? backlog : 511); !on) {
    return on.error();
  }
  Result<sockets::TcpAddress> where = sockets::TcpAddress{};
  if (!server.place.is_local()) where = sockets::local_address(socket);
  if (!where) return where;
  Result<loop::TcpServer> door = loop::TcpServer::open(loop_, std::move(socket));
  if (!door) return door.error();
  server.door = std::move(*door);
  return where;
}
//< listens

//> connection
void Worker::connection(const std::string& key, std::uint64_t question,
                        std::optional<channel::Incoming> handle) {
  const auto found = serving_.find(key);
  const std::shared_ptr<Server> server = found != serving_.end() ? found->second : nullptr;
  const bool accepted =
      server && handle && (!server->service.has_room || server->service.has_room());
  // Before anything is read from it: if we died after that, nobody else could serve this client any more. And at once:
  // the primary has the next one ready when this one is served.
  (void)say(Accepted{accepted}, question);
  channel_.flush();
  if (accepted) server->service.connection(std::move(handle->socket));
}
//< connection

//> accept
void Worker::accept(const std::shared_ptr<Server>& server) {
  if (server->asking || !server->door) return;
  if (server->service.has_room && !server->service.has_room()) return;
  if (leaves_some(server)) return;
  server->asking = true;
  server->door->accept([this, weak = std::weak_ptr(server)](Result<sockets::Socket> client) {
    const std::shared_ptr<Server> one = weak.lock();
    if (!one) return;
    one->asking = false;
    if (client) one->service.connection(std::move(*client));
    accept(one);
  });
}

/// Shared mode: whoever is awake finds all who came at once. This one goes on in a moment.
bool Worker::leaves_some(const std::shared_ptr<Server>& server) {
  if (!server->service.open) return false;
  if (!server->appetite.is_still(server->service.open(), Clock::now())) {
    server->pause.reset();  // one may have been closed meanwhile
    return false;
  }
  if (server->pause && server->pause->active()) return true;
  server->pause = loop::Timer::once(loop_, Appetite::kMoment, [this, weak = std::weak_ptr(server)] {
    if (const std::shared_ptr<Server> one = weak.lock()) accept(one);
  });
  return true;
}

void Worker::room_again() {
  for (const auto& [key, server] : std::map(serving_)) accept(server);
}
//< accept

// ---- leaving ----

void Worker::close_servers() {
  for (const auto& [key, server] : std::exchange(serving_, {})) {
    server->door.reset();
    (void)say(CloseServer{key});
  }
}

//> disconnect
void Worker::disconnect() {
  if (leaving_ || !channel_.connected()) return;
  leaving_ = true;
  close_servers();
  const Result<std::uint64_t> seq = say(LeavingByChoice{});
  if (seq) goodbye_ = *seq;
  if (!seq) channel_.close();
}
//< disconnect

Result<std::uint64_t> Worker::say(Content what, std::optional<std::uint64_t> ack) {
  const std::uint64_t seq = next_seq_++;
  const Result<channel::Flow> sent = channel_.send(to_value({seq, ack, std::move(what)}));
  if (!sent) return sent.error();
  return seq;
}

void Worker::fault(const std::string& what) {
  if (events_.fault) events_.fault(make_error("cluster", std::errc::protocol_error, what));
}

}  // namespace proclab::cluster
