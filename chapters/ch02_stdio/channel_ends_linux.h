// Chapter 2 · stdio: the two ends of each kind of stream, for the experiment of late_reader.h.
#pragma once

#include "chapters/ch02_stdio/late_reader.h"
#include "platform/handle.h"

namespace proclab::stdio {

/// One end to write to and one to read from, both close-on-exec. Of a file, two descriptors for one
/// open description, so the reader has to go back to its start.
struct ChannelEnds {
  Handle writer;
  Handle reader;
};

/// Makes them. The terminal is in raw mode (no "\n" becomes "\r\n"). TCP goes over 127.0.0.1 with
/// small buffers, since the usual ones grow and may swallow a megabyte whole.
[[nodiscard]] Result<ChannelEnds> make_channel(Channel channel);

}  // namespace proclab::stdio
