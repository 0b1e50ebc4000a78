// Chapter 13 · cluster: who gets which connection, with sockets. Read servers.h, server.h first.
#include "chapters/ch13_cluster/servers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "chapters/ch13_cluster/server.h"

namespace proclab::cluster {
namespace {

constexpr std::array<std::pair<Policy, const char*>, 3> kPolicies{
    {{Policy::round_robin, "rr"}, {Policy::shared, "none"}, {Policy::reuse_port, "reuseport"}}};

}  // namespace

const char* name_of(Policy policy) {
  for (const auto& [one, name] : kPolicies) {
    if (one == policy) return name;
  }
  return "";
}

std::optional<Policy> policy_named(const std::string& name) {
  for (const auto& [policy, one] : kPolicies) {
    if (name == one) return policy;
  }
  return std::nullopt;
}

Servers::Servers(loop::Loop& loop, const Options& options, WorkerDoor& door)
    : loop_(loop), options_(options), door_(door) {}

Servers::~Servers() {
  for (auto& [key, server] : all_) server->shut();
}

void Servers::Server::shut() {
  is_open = false;
  resting.clear();  // these hold the server, as it holds them
  tcp.reset();
  local.reset();
  rota.clear();
}

Policy Servers::policy_for(const Place& place) const {
  if (place.is_udp()) return Policy::shared;
  if (place.is_local() && options_.policy == Policy::reuse_port) return Policy::shared;
  return options_.policy;
}

//> query
void Servers::query(WorkerId worker, std::uint64_t question, const Place& place) {
  const std::string key = key_of(place);
  if (used_by(worker) >= options_.most_each) {
    const Error why =
        make_error("listen", std::errc::too_many_files_open, "too many of one worker's");
    door_.trouble(worker, why);
    return refuse(worker, question, key, why);
  }
  auto found = all_.find(key);
  if (found == all_.end()) {
    Result<Shared> opened = open(place);
    if (!opened) return refuse(worker, question, key, opened.error());
    found = all_.emplace(key, std::move(*opened)).first;
  }
  const Shared server = found->second;
  if (server->users.contains(worker)) {
    return refuse(worker, question, key,
                  make_error("listen", std::errc::address_in_use, "by the same worker"));
  }
  join(*server, worker, question);
  pump(server);
}
//< query

Result<Servers::Shared> Servers::open(const Place& place) {
  if (all_.size() >= options_.most) {
    return make_error("listen", std::errc::too_many_files_open, "too many servers");
  }
  auto server = std::make_shared<Server>(options_.queue);
  server->key = key_of(place);
  server->policy = policy_for(place);
  server->data = place.data;
  if (Result<void> opened = open_listener(loop_, *server, place); !opened) return opened.error();
  return server;
}

std::size_t Servers::used_by(WorkerId worker) const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(),
                    [worker](const auto& one) { return one.second->users.contains(worker); }));
}

void Servers::refuse(WorkerId worker, std::uint64_t question, const std::string& key,
                     const Error& why) {
  door_.answer(worker, question, {.error = uv_number(why.code), .key = key}, {});
}

//> join
void Servers::join(Server& server, WorkerId worker, std::uint64_t question) {
  ServerAnswer answer{.error = 0, .key = server.key, .data = server.data};
  if (server.policy == Policy::round_robin) {
    answer.name = server.name;
    server.users.insert(worker);
    door_.answer(worker, question, std::move(answer), {});
    server.rota.join(worker);
    return;
  }
  channel::Outgoing out{.kind = channel::Kind::native, .socket = server.socket};
  if (!server.dgram_type.empty()) {
    out.kind = channel::Kind::dgram_native;
    out.dgram_type = server.dgram_type;
  }
  if (server.policy == Policy::reuse_port) {
    Result<std::shared_ptr<const sockets::Socket>> own = another_socket(server);
    if (!own) return refuse(worker, question, server.key, own.error());
    out.socket =
        std::move(*own);  // the only copy here: a queue that nobody serves must not live on
  }
  server.users.insert(worker);
  door_.answer(worker, question, std::move(answer), std::move(out));
}
//< join

//> pump
/// Gives what can be given, and asks for more as long as there is room for it.
void Servers::pump(const Shared& server) {
  if (!server->is_open || server->policy != Policy::round_robin) return;
  while (const auto next = server->rota.next()) {
    const auto& [worker, connection] = *next;
    if (!door_.hand_over(worker, server->key, connection)) server->rota.leave(worker, true);
  }
  if (!server->asking && !server->rota.full()) accept(server);
}

void Servers::accept(const Shared& server) {
  server->asking = true;
  const auto came = [this, server](auto client) {
    server->asking = false;
    if (!server->is_open) return;
    if (client) {
      server->rota.push(std::make_shared<const sockets::Socket>(client->release()));
    } else {
      door_.trouble(
          0, client.error());  // the loop itself rests, where another try could only fail again
    }
    pump(server);
  };
  if (server->tcp) server->tcp->accept(came);
  if (server->local) server->local->accept(came);
}
//< pump

//> answered
bool Servers::answered(WorkerId worker, const std::string& key, bool accepted) {
  const auto found = all_.find(key);
  if (found == all_.end() || !found->second->rota.answered(worker, accepted)) return false;
  const Shared server = found->second;
  if (!accepted) rest(server, worker);
  pump(server);
  return true;
}

void Servers::rest(const Shared& server, WorkerId worker) {
  if (!server->rota.has(worker)) return;
  server->resting.insert_or_assign(worker,
                                   loop::Timer::once(loop_, options_.rest, [this, server, worker] {
                                     server->rota.rested(worker);
                                     pump(server);
                                   }));
}
//< answered

bool Servers::close(WorkerId worker, const std::string& key) {
  const auto found = all_.find(key);
  if (found == all_.end() || !found->second->users.contains(worker)) return false;
  const Shared server = found->second;
  leave(server, worker, false);
  if (server->users.empty()) {
    server->shut();
    all_.erase(key);
  }
  return true;
}

void Servers::gone(WorkerId worker) {
  for (const auto& [key, server] : std::map(all_)) leave(server, worker, true);
  if (!keep_) sweep();
}

void Servers::leave(const Shared& server, WorkerId worker, bool died) {
  server->users.erase(worker);
  server->resting.erase(worker);
  server->rota.leave(worker, died);
  pump(server);
}

void Servers::keep(bool on) {
  keep_ = on;
  if (!on) sweep();
}

void Servers::sweep() {
  std::erase_if(all_, [](const auto& one) {
    if (!one.second->users.empty()) return false;
    one.second->shut();
    return true;
  });
}

std::size_t Servers::waiting() const {
  std::size_t sum = 0;
  for (const auto& [key, server] : all_) sum += server->rota.waiting();
  return sum;
}

}  // namespace proclab::cluster
