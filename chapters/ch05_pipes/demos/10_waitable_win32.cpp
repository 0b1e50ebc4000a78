// Chapter 5 · waitable: why CreatePipe() is not enough, and what is.
//
// Look for: asked to begin a read, a pipe of CreatePipe() does not return before it has read: there
// is no moment in which one could wait for it *and* for something else. An overlapped named pipe
// says "pending" at once, and its event tells when.
//
// Run: ch05_waitable
#include <cstdio>
#include <cstring>
#include <thread>

#include <windows.h>

#include "chapters/ch02_stdio/writer.h"
#include "chapters/ch05_pipes/pipe.h"

using namespace proclab;
using pipes::Async;

//> begin
/// Begins to read a byte, and says what came of it. Another thread writes one as soon as `go` is
/// set.
static void begin_to_read(const char* what, Async ends) {
  const Result<pipes::Pipe> pipe = pipes::make_pipe(ends);
  if (!pipe) return (void)std::printf("%s\n", pipe.error().message().c_str());
  const Handle go(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  const Handle done(::CreateEventW(nullptr, TRUE, FALSE, nullptr));
  // A writer that comes late: 200 ms for a plain pipe, whose reader cannot call it; or when called.
  std::thread writer([&] {
    ::WaitForSingleObject(go.get(), 200);
    (void)stdio::BlockingWriter(pipe->write.get()).write("x");
  });
  OVERLAPPED under_way{};
  under_way.hEvent = done.get();
  char byte = 0;
  DWORD count = 0;
  const bool finished = ::ReadFile(pipe->read.get(), &byte, 1, &count, &under_way) != FALSE;
  const bool pending = !finished && ::GetLastError() == ERROR_IO_PENDING;
  std::printf("%s: ReadFile %s\n", what,
              finished  ? "came back only when there was a byte"
              : pending ? "came back at once: ERROR_IO_PENDING"
                        : "failed");
  if (pending) {
    std::printf("  its event: %s\n",
                ::WaitForSingleObject(done.get(), 0) == WAIT_TIMEOUT ? "not yet" : "set already?");
    ::SetEvent(go.get());
    const HANDLE any[] = {done.get(),
                          ::GetCurrentProcess()};  // this, or whatever else one waits for
    const DWORD woken = ::WaitForMultipleObjects(2, any, FALSE, INFINITE);
    std::printf("  waited for it and for something else: %s came\n",
                woken == WAIT_OBJECT_0 ? "the byte" : "something else");
  }
  writer.join();
}
//< begin

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "--help") == 0) {
    return std::puts("usage: ch05_waitable\nBegins a read on two kinds of pipes."), 0;
  }
  begin_to_read("CreatePipe", Async::none);
  begin_to_read("overlapped named pipe", Async::read);
  return 0;
}
