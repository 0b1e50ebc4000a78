// Chapter 11 · channel: how both ends come to be. Read start.h first.
#include "chapters/ch11_channel/start.h"

#include <charconv>
#include <string>

#include "chapters/ch01_process/environment.h"
#include "chapters/ch01_process/identity.h"
#include "chapters/ch06_sockets/pair.h"

namespace proclab::channel {
namespace {

/// The value of a word that nobody who comes after us shall see.
Result<std::optional<std::string>> take_variable(const char* name) {
  Result<std::optional<std::string>> value = process::get_variable(name);
  if (!value || !*value) return value;
  if (Result<void> gone = process::unset_variable(name); !gone) return gone.error();
  return value;
}

Result<int> slot_named(const std::string& text) {
  int slot = -1;
  const auto [end, how] = std::from_chars(text.data(), text.data() + text.size(), slot);
  if (how != std::errc{} || end != text.data() + text.size() || slot < 0) {
    return make_error(kChannelVariable, std::errc::invalid_argument, text);
  }
  return slot;
}

Result<Serialization> serialization_named(const std::string& text) {
  if (text == "json") return Serialization::json;
  if (text == "advanced") return Serialization::advanced;
  return make_error(kModeVariable, std::errc::invalid_argument, text);
}

}  // namespace

//> start
Result<Child> start(loop::Loop& loop, spawn::Options program, Options options, int slot) {
  Result<sockets::Pair> ends = sockets::pair();
  if (!ends) return ends.error();
  Result<Channel> channel = Channel::open(loop, std::move(ends->first), options);
  if (!channel) return channel.error();
  program.slots.push_back(spawn::Slot::from(slot, ends->second.get()));
  program.env.changes.emplace_back(kChannelVariable, std::to_string(slot));
  program.env.changes.emplace_back(
      kModeVariable, options.serialization == Serialization::json ? "json" : "advanced");
  Result<spawn::Process> process = spawn::start(program);
  if (!process) return process.error();
  channel->set_peer(process->pid());
  return Child{std::move(*process), std::move(*channel)};
  // And here our copy of the child's end is closed: with it we would never see that the child's has gone.
}
//< start

//> open-from-environment
Result<std::optional<Channel>> open_from_environment(loop::Loop& loop, Options options) {
  const Result<std::optional<std::string>> number = take_variable(kChannelVariable);
  if (!number) return number.error();
  const Result<std::optional<std::string>> word = take_variable(kModeVariable);
  if (!word) return word.error();
  if (!*number) return std::optional<Channel>{};
  const Result<int> slot = slot_named(**number);
  if (!slot) return slot.error();
  const Result<Serialization> mode = serialization_named(word->value_or("json"));
  if (!mode) return mode.error();
  Result<Handle> end = sockets::inherited(*slot);
  if (!end) return end.error();
  options.serialization = *mode;
  const Result<Pid> parent = process::parent_pid();
  Result<Channel> channel =
      Channel::open(loop, std::move(*end), options, parent ? *parent : Pid{0});
  if (!channel) return channel.error();
  return std::optional<Channel>(std::move(*channel));
}
//< open-from-environment

}  // namespace proclab::channel
