// Chapter 13 · cluster: what the primary and a worker say to each other. Read primary.h, protocol.h first.
//
// A worker is another program, and may be anything: each of its words is checked against what was asked.
#include <utility>

#include "chapters/ch13_cluster/member.h"
#include "chapters/ch13_cluster/primary.h"

namespace proclab::cluster {
namespace {

/// The server of a probe: one that nobody has.
constexpr const char* kNobodys = "proclab:are-you-there";

Error wrong(const std::string& what) {
  return make_error("cluster", std::errc::protocol_error, what);
}

}  // namespace

//> receive
void Primary::receive(const Shared& member, const channel::Message& message) {
  if (!is_cluster_message(message.value)) return;  // Node's own, of some other kind
  const Result<Packet> packet = from_value(message.value);
  if (!packet) {
    if (const auto question = question_of(message.value)) {
      const std::error_code invalid = std::make_error_code(std::errc::invalid_argument);
      (void)say(member, ServerAnswer{.error = uv_number(invalid)}, question);
    }
    return fault(member, packet.error());
  }
  packet->ack ? take_answer(member, *packet) : take(member, *packet);
}

void Primary::take(const Shared& member, const Packet& packet) {
  const WorkerId id = member->info.id;
  State& state = member->info.state;
  if (std::holds_alternative<Online>(packet.content)) {
    if (state != State::starting) return fault(member, wrong("online, again"));
    state = State::online;
    if (events_.online) events_.online(id);
  } else if (const auto* query = std::get_if<QueryServer>(&packet.content)) {
    servers_.query(id, packet.seq, query->place);
  } else if (const auto* listening = std::get_if<Listening>(&packet.content)) {
    ++member->info.servers;
    if (state < State::ready) state = State::ready;
    if (!member->info.first_ready) member->info.first_ready = Clock::now();
    if (events_.listening) events_.listening(id, listening->place);
  } else if (const auto* closing = std::get_if<CloseServer>(&packet.content)) {
    if (!servers_.close(id, closing->key)) {
      return fault(member, wrong("closes a server that it has not: " + closing->key));
    }
    if (member->info.servers > 0) --member->info.servers;
  } else if (std::holds_alternative<LeavingByChoice>(packet.content)) {
    member->info.exited_after_disconnect = true;
    state = State::leaving;
    (void)say(member, Done{}, packet.seq);
  } else {
    fault(member, wrong("says what only a primary says"));
  }
}
//< receive

//> take-answer
void Primary::take_answer(const Shared& member, const Packet& packet) {
  const auto question = member->unanswered.find(*packet.ack);
  if (question == member->unanswered.end()) {
    return fault(member, wrong("answers what it was not asked: " + std::to_string(*packet.ack)));
  }
  const auto* answer = std::get_if<Accepted>(&packet.content);
  if (answer == nullptr) return fault(member, wrong("an answer to something else"));
  const std::optional<std::string> key = std::move(question->second.key);
  member->unanswered.erase(question);
  if (!key) {
    if (answer->accepted) fault(member, wrong("accepts for a server that nobody has"));
    return;
  }
  if (answer->accepted) ++member->info.connections;
  servers_.answered(member->info.id, *key, answer->accepted);
}
//< take-answer

//> say
Result<std::uint64_t> Primary::say(const Shared& member, Content what,
                                   std::optional<std::uint64_t> ack,
                                   std::optional<channel::Outgoing> socket) {
  const std::uint64_t seq = next_seq_++;
  Value message = to_value({seq, ack, std::move(what)});
  const Result<channel::Flow> sent =
      socket ? member->channel.send(std::move(message), std::move(*socket))
             : member->channel.send(message);
  if (sent) return seq;
  if (sent.error().code == std::errc::no_buffer_space) {
    put_down(member, std::errc::no_buffer_space, "it asks and does not read");
  }
  return sent.error();
}
//< say

// ---- what the servers say ----

void Primary::answer(WorkerId to, std::uint64_t question, ServerAnswer what,
                     std::optional<channel::Outgoing> socket) {
  if (const Shared one = member(to)) (void)say(one, std::move(what), question, std::move(socket));
}

//> hand-over
bool Primary::hand_over(WorkerId to, const std::string& key, const Rota::Connection& what) {
  const Shared one = member(to);
  if (!one) return false;
  const Result<std::uint64_t> seq =
      say(one, NewConnection{key}, {},
          channel::Outgoing{.kind = channel::Kind::native, .socket = what});
  if (seq) one->unanswered.emplace(*seq, Member::Question{key, Clock::now()});
  return seq.has_value();
}
//< hand-over

void Primary::trouble(WorkerId whose, const Error& why) {
  if (const Shared one = member(whose)) return fault(one, why);
  if (events_.fault) events_.fault(0, why);
}

// ---- does it still answer? ----

void Primary::probe() {
  if (!probe_socket_) {
    Result<sockets::Socket> any = sockets::listen_tcp({"127.0.0.1", 0}, {.backlog = 1});
    if (!any) return trouble(0, any.error());
    probe_socket_ = std::make_shared<const sockets::Socket>(std::move(*any));
  }
  for (const auto& [id, one] : std::map(members_)) probe(one);
}

//> probe
void Primary::probe(const Shared& member) {
  if (member->info.state == State::starting || member->channel_gone || member->status) return;
  if (!member->unanswered.empty() &&
      Clock::now() - member->unanswered.begin()->second.asked > options_.deaf_after) {
    return put_down(member, std::errc::timed_out, "it does not answer");
  }
  if (member->is_probed()) return;
  const Result<std::uint64_t> seq =
      say(member, NewConnection{kNobodys}, {},
          channel::Outgoing{.kind = channel::Kind::native, .socket = probe_socket_});
  if (seq) member->unanswered.emplace(*seq, Member::Question{std::nullopt, Clock::now()});
}
//< probe

}  // namespace proclab::cluster
