// Chapter 2 · stdio: the writer's side of the experiment. Read late_reader.h first.
#include "chapters/ch02_stdio/late_reader.h"

#include <memory>

#include "chapters/ch02_stdio/stream_writer.h"
#include "chapters/ch02_stdio/writer.h"

namespace proclab::stdio {

const char* to_string(Channel channel) noexcept {
  switch (channel) {
    case Channel::file: return "file";
    case Channel::tty: return "tty";
    case Channel::pipe: return "pipe";
    case Channel::socket_pair: return "socketpair";
    case Channel::tcp: return "tcp";
  }
  return "?";
}

int be_the_writer(const std::string& how, bool drain) {
  std::unique_ptr<Writer> out;
  if (how == "blocking") {
    out = std::make_unique<BlockingWriter>(standard(1));
  } else if (how == "stream") {
    Result<StreamWriter> stream = StreamWriter::open(standard(1));
    if (!stream) return 2;
    out = std::make_unique<StreamWriter>(*std::move(stream));
  } else {
    return 64;
  }
  const Result<bool> wrote = out->write(std::string(kMegabyte, 'x'));
  if (!wrote) return 1;
  if (drain && !out->flush(Deadline::never())) return 1;
  BlockingWriter report(standard(2));
  const std::string line =
      std::to_string(out->accepted()) + " " + std::to_string(out->pending()) + "\n";
  if (!report.write(line)) return 1;
  return 0;  // and with the writer goes what it kept
}

}  // namespace proclab::stdio
