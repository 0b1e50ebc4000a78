// Chapter 11 · channel: how both ends come to be.
//
// Question: how does a child learn that it has a channel? By two words in its environment. Read before:
// channel.h; chapter 4's spawn.h. Then start.cpp. Meets nothing new: chapter 4 starts, chapter 6 makes the pair.
#pragma once

#include <optional>

#include "chapters/ch04_spawn/spawn.h"
#include "chapters/ch11_channel/channel.h"

namespace proclab::channel {

/// The words: NODE_CHANNEL_FD=3, NODE_CHANNEL_SERIALIZATION_MODE=json or advanced.
inline constexpr const char* kChannelVariable = "NODE_CHANNEL_FD";
inline constexpr const char* kModeVariable = "NODE_CHANNEL_SERIALIZATION_MODE";

/// A child with a channel to it. The two know nothing of each other: a child may disconnect and live on.
struct Child {
  spawn::Process process;  ///< to be waited for, as ever
  Channel channel;         ///< not started yet: nothing is lost until then
};

/// Starts a program whose slot `slot` is the other end of a channel. Node takes any number; its own fork() gives 3.
/// `program` may have slots and changes of environment of its own.
/// Errors: as spawn::start(), sockets::pair(), Channel::open(); then nothing is left.
Result<Child> start(loop::Loop& loop, spawn::Options program, Options options = {}, int slot = 3);

/// In a child: the channel to whoever has started us, once; and the two words are taken out of the environment, or
/// our own children would take themselves for its children. nullopt: there is none. `options.serialization` is what the
/// parent says. Call it before the first thread: it changes the environment (chapter 1).
/// Errors: invalid_argument: NODE_CHANNEL_FD is no number, or the mode no mode; bad_file_descriptor: nothing is in
/// that slot; as Channel::open().
Result<std::optional<Channel>> open_from_environment(loop::Loop& loop, Options options = {});

}  // namespace proclab::channel
