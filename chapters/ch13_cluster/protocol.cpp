// Chapter 13 · cluster: its words, read and written. Read protocol.h first.
#include "chapters/ch13_cluster/protocol.h"

#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "platform/native.h"

namespace proclab::cluster {
namespace {

using channel::Object;

// ---- writing ----

Value family_value(Place::Family family) {
  if (family == Place::Family::udp4) return "udp4";
  if (family == Place::Family::udp6) return "udp6";
  return static_cast<int>(family);
}

Value text_or_null(const std::optional<std::string>& text) {
  return text ? Value(*text) : Value(nullptr);
}

void add_place(Object& to, const Place& place) {
  to.add("index", place.index);
  to.add("data", place.data);
  to.add("address", text_or_null(place.address));
  to.add("port", place.port);
  to.add("addressType", family_value(place.family));
  if (place.fd) to.add("fd", *place.fd);
  if (place.flags) to.add("flags", *place.flags);
  if (place.backlog) to.add("backlog", *place.backlog);
}

/// Appends what each kind of message has between "cmd" and "seq".
struct Writer {
  Object& to;
  const std::optional<std::uint64_t>& ack;

  void act(const char* name) const { to.add("act", name); }
  void add_ack() const {
    if (ack) to.add("ack", *ack);
  }
  void operator()(const Online&) const { act("online"); }
  void operator()(const QueryServer& said) const { act("queryServer"), add_place(to, said.place); }
  void operator()(const Listening& said) const { act("listening"), add_place(to, said.place); }
  void operator()(const CloseServer& said) const { act("close"), to.add("key", said.key); }
  void operator()(const LeavingByChoice&) const { act("exitedAfterDisconnect"); }
  void operator()(const NewConnection& said) const { act("newconn"), to.add("key", said.key); }
  void operator()(const Disconnect&) const { act("disconnect"); }
  void operator()(const ServerAnswer& said) const {
    to.add("errno", said.name && said.error == 0 ? Value(nullptr) : Value(said.error));
    to.add("key", said.key);
    add_ack();
    to.add("data", said.data);
    if (!said.name) return;
    const bool is_v6 = said.name->family() == 6;
    to.add("sockname", Object{{"address", said.name->host},
                              {"family", is_v6 ? "IPv6" : "IPv4"},
                              {"port", said.name->port}});
  }
  void operator()(const Accepted& said) const { add_ack(), to.add("accepted", said.accepted); }
  void operator()(const Done&) const { add_ack(); }
};

// ---- reading: whoever sent it may be an enemy ----

Error bad(const std::string& what) {
  return make_error("cluster message", std::errc::bad_message, what);
}

/// A whole number from `least` to `most`; nullopt when the member is missing or null.
template <class Number>
Result<std::optional<Number>> number(const Value& in, const char* name, Number least, Number most) {
  const Value* const member = in.find(name);
  if (member == nullptr || member->is_null()) return std::optional<Number>{};
  const double* const given = member->as_number();
  if (given == nullptr) return bad(std::string(name) + " is no number");
  if (!(*given >= static_cast<double>(least) && *given <= static_cast<double>(most)) ||
      std::trunc(*given) != *given) {
    return bad(std::string(name) + " is out of range");
  }
  return std::optional(static_cast<Number>(*given));
}

constexpr std::uint64_t kHighest =
    (std::uint64_t{1} << 53) - 1;           // as far as a double counts by one
constexpr std::size_t kLongestText = 4096;  // a path, at most

Result<std::optional<std::string>> text(const Value& in, const char* name) {
  const Value* const member = in.find(name);
  if (member == nullptr || member->is_null()) return std::optional<std::string>{};
  const std::string* const given = member->as_string();
  if (given == nullptr) return bad(std::string(name) + " is no text");
  if (given->size() > kLongestText) return bad(std::string(name) + " is too long");
  if (given->find('\0') != std::string::npos) return bad(std::string(name) + " has a NUL in it");
  return std::optional(*given);
}

Result<Place::Family> family_of(const Value& in) {
  const Value* const member = in.find("addressType");
  if (member == nullptr || member->is_null()) return Place::Family::ipv4;
  if (const std::string* const word = member->as_string()) {
    if (*word == "udp4") return Place::Family::udp4;
    if (*word == "udp6") return Place::Family::udp6;
    return bad("addressType is " + word->substr(0, 20));
  }
  const double* const given = member->as_number();
  for (const auto one : {Place::Family::ipv4, Place::Family::ipv6, Place::Family::local}) {
    if (given != nullptr && *given == static_cast<int>(one)) return one;
  }
  return bad("addressType is none that we know");
}

/// Node says `false` where listen() was given a function and no backlog.
Result<std::optional<int>> backlog_of(const Value& in) {
  const Value* const member = in.find("backlog");
  if (member != nullptr && member->as_bool() != nullptr) return std::optional(0);
  return number<int>(in, "backlog", -1, std::numeric_limits<int>::max());
}

//> read-place
Result<Place> read_place(const Value& in) {
  Place place;
  const Result<Place::Family> family = family_of(in);
  if (!family) return family.error();
  place.family = *family;
  const auto address = text(in, "address");
  const auto port = number<int>(in, "port", -1, 65535);
  const auto index = number<unsigned>(in, "index", 0, 1'000'000);
  const auto fd = number<int>(in, "fd", -1, std::numeric_limits<int>::max());
  const auto flags = number<unsigned>(in, "flags", 0, 0xFFFF);
  const auto backlog = backlog_of(in);
  for (const Error* why :
       {address ? nullptr : &address.error(), port ? nullptr : &port.error(),
        index ? nullptr : &index.error(), fd ? nullptr : &fd.error(),
        flags ? nullptr : &flags.error(), backlog ? nullptr : &backlog.error()}) {
    if (why != nullptr) return *why;
  }
  place.address = *address;
  place.port = port->value_or(place.is_local() ? -1 : 0);
  if (place.port < 0 && !place.is_local()) return bad("port is out of range");
  if (place.is_local() && !place.address) return bad("a local server without a path");
  place.index = index->value_or(0);
  place.fd = *fd;
  place.flags = *flags;
  place.backlog = *backlog;
  if (const Value* const data = in.find("data")) place.data = *data;
  return place;
}
//< read-place

template <class Said>
Result<Content> with_place(const Value& in) {
  Result<Place> place = read_place(in);
  if (!place) return place.error();
  return Content(Said{std::move(*place)});
}

template <class Said>
Result<Content> with_key(const Value& in) {
  const Result<std::optional<std::string>> key = text(in, "key");
  if (!key) return key.error();
  if (!*key) return bad("no key");
  return Content(Said{**key});
}

Result<Content> read_act(const std::string& act, const Value& in) {
  if (act == "online") return Content(Online{});
  if (act == "queryServer") return with_place<QueryServer>(in);
  if (act == "listening") return with_place<Listening>(in);
  if (act == "close") return with_key<CloseServer>(in);
  if (act == "exitedAfterDisconnect") return Content(LeavingByChoice{});
  if (act == "newconn") return with_key<NewConnection>(in);
  if (act == "disconnect") return Content(Disconnect{});
  return bad("nobody knows the act " + act.substr(0, 40));
}

std::optional<sockets::TcpAddress> read_name(const Value* in) {
  if (in == nullptr) return std::nullopt;
  const auto host = text(*in, "address");
  const auto port = number<int>(*in, "port", 0, 65535);
  if (!host || !*host || !port || !*port) return std::nullopt;  // "sockname":{} is usual on Unix
  return sockets::TcpAddress{**host, static_cast<std::uint16_t>(**port)};
}

/// An answer does not say to what. Its members do.
Result<Content> read_answer(const Value& in) {
  if (const Value* const accepted = in.find("accepted")) {
    if (accepted->as_bool() == nullptr) return bad("accepted is neither true nor false");
    return Content(Accepted{*accepted->as_bool()});
  }
  if (in.find("key") == nullptr) return Content(Done{});
  const auto error = number<int>(in, "errno", -1'000'000, 0);
  if (!error) return error.error();
  const auto key = text(in, "key");
  if (!key) return key.error();
  const Value* const data = in.find("data");
  return Content(ServerAnswer{error->value_or(0), key->value_or(""), data ? *data : Value{},
                              read_name(in.find("sockname"))});
}

}  // namespace

std::string key_of(const Place& place) {
  const bool is_udp = place.is_udp();
  const std::string family = is_udp ? (place.family == Place::Family::udp4 ? "udp4" : "udp6")
                                    : std::to_string(static_cast<int>(place.family));
  return place.address.value_or("null") + ":" + std::to_string(place.port) + ":" + family + ":" +
         (place.fd ? std::to_string(*place.fd) : "undefined") + ":" + std::to_string(place.index);
}

bool is_cluster_message(const Value& message) {
  const Value* const cmd = message.find("cmd");
  return cmd != nullptr && cmd->as_string() != nullptr && *cmd->as_string() == kCommand;
}

Value to_value(const Packet& packet) {
  Object message;
  message.add("cmd", kCommand);
  std::visit(Writer{message, packet.ack}, packet.content);
  message.add("seq", packet.seq);
  return message;
}

//> from-value
Result<Packet> from_value(const Value& message) {
  if (!is_cluster_message(message)) return bad("no NODE_CLUSTER");
  const auto seq = number<std::uint64_t>(message, "seq", 0, kHighest);
  if (!seq) return seq.error();
  const auto ack = number<std::uint64_t>(message, "ack", 0, kHighest);
  if (!ack) return ack.error();
  const auto act = text(message, "act");
  if (!act) return act.error();
  if (!*act && !*ack) return bad("neither an act nor an answer");
  // Node asks for the ack first: what answers is no question, whatever act it names.
  Result<Content> content = *ack ? read_answer(message) : read_act(**act, message);
  if (!content) return content.error();
  return Packet{seq->value_or(0), *ack, std::move(*content)};
}
//< from-value

std::optional<std::uint64_t> question_of(const Value& message) {
  const auto act = text(message, "act");
  const auto seq = number<std::uint64_t>(message, "seq", 0, kHighest);
  if (!act || *act != "queryServer" || !seq) return std::nullopt;
  return *seq;
}

namespace {

/// libuv's numbers where the system has no errno of its own: uv/errno.h.
constexpr std::array<std::pair<std::errc, int>, 12> kOnWindows{{
    {std::errc::address_in_use, -4091},
    {std::errc::address_not_available, -4090},
    {std::errc::permission_denied, -4092},
    {std::errc::address_family_not_supported, -4089},
    {std::errc::bad_file_descriptor, -4083},
    {std::errc::invalid_argument, -4071},
    {std::errc::too_many_files_open, -4066},
    {std::errc::no_buffer_space, -4060},
    {std::errc::no_such_file_or_directory, -4058},
    {std::errc::not_enough_memory, -4057},
    {std::errc::not_supported, -4049},
    {std::errc::io_error, -4070},
}};

}  // namespace

int uv_number(const std::error_code& why) {
  if (!kWindows) {
    const std::error_condition meant = why.default_error_condition();
    return meant.category() == std::generic_category() && meant.value() != 0
               ? -meant.value()
               : -static_cast<int>(std::errc::io_error);
  }
  for (const auto& [code, number] : kOnWindows) {
    if (why == code) return number;
  }
  return -4070;
}

std::errc from_uv_number(int number) {
  assert(number < 0);
  if (!kWindows) return number > -4000 ? static_cast<std::errc>(-number) : std::errc::io_error;
  for (const auto& [code, known] : kOnWindows) {
    if (number == known) return code;
  }
  return std::errc::io_error;
}

}  // namespace proclab::cluster
