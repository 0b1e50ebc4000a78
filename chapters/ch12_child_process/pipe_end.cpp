// Chapter 12 · child_process: our end of one of a child's pipes. Read pipe_end.h first.
#include "chapters/ch12_child_process/pipe_end.h"

#include <utility>

namespace proclab::child_process {

void PipeEnd::open(loop::Stream stream, std::function<void()> changed) {
  stream_.emplace(std::move(stream));
  changed_ = std::move(changed);
}

void PipeEnd::read(OnData data, OnEnd end) {
  const bool reads = data_ != nullptr;
  data_ = std::make_shared<const OnData>(std::move(data));
  end_ = std::move(end);
  if (!reads && !paused_) ask();
}

void PipeEnd::pause() {
  paused_ = true;
  if (is_open()) stream_->cancel_read();
}

void PipeEnd::resume() {
  if (std::exchange(paused_, false) && data_) ask();
}

//> read
void PipeEnd::ask() {
  if (!is_open()) return;
  stream_->read([this](const Result<loop::Bytes>& got) { arrived(got); });
}

void PipeEnd::arrived(const Result<loop::Bytes>& got) {
  if (!got || got->end()) {
    const OnEnd end = std::exchange(end_, nullptr);
    close();  // a duplex pipe whose other half nobody reads any more, too
    if (end) end(got ? std::optional<Error>{} : got.error());
    return;
  }
  const std::shared_ptr<const OnData> data = data_;  // may be replaced while it runs
  if (*data) (*data)(got->data);
  if (is_open() && !paused_) ask();
  changed_();
}
//< read

void PipeEnd::write(std::string bytes, loop::Stream::OnDone done) {
  if (is_open()) stream_->write(std::move(bytes), std::move(done));
}

void PipeEnd::end(loop::Stream::OnDone done) {
  if (is_open()) stream_->end(std::move(done));
}

std::size_t PipeEnd::pending() const { return is_open() ? stream_->pending() : 0; }

void PipeEnd::close() {
  if (!is_open()) return;
  stream_->close();
  changed_();
}

void PipeEnd::ref() {
  if (stream_) stream_->ref();
}

void PipeEnd::unref() {
  if (stream_) stream_->unref();
}

NativeHandle PipeEnd::native() const { return stream_ ? stream_->native() : kNoHandle; }

}  // namespace proclab::child_process
