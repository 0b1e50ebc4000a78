// Chapter 5 · benchmark: shared memory with a futex, the bound. Read transports.h first.
//
// Two processes see the same pages: a message costs two copies and, as long as nobody sleeps, no
// system call. What a pipe adds to that is what it is good for: it cannot be corrupted by the other
// side, it has an end, and poll() knows it.
#include "chapters/ch05_pipes/bench/shared_memory.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace proclab::pipes::bench {

namespace {

constexpr std::uint32_t kRoom = 1 << 18;

/// A counter that one side moves and the other may sleep on.
struct alignas(64) Counter {
  std::atomic<std::uint32_t> value{0};
  std::atomic<std::uint32_t> somebody_sleeps{0};

  void move(std::uint32_t by) {
    value.fetch_add(by);  // sequentially consistent, as is the load: one of the two sees the other
    if (somebody_sleeps.load() != 0 && somebody_sleeps.exchange(0) != 0) {
      ::syscall(SYS_futex, &somebody_sleeps, FUTEX_WAKE, 1, nullptr, nullptr, 0);
    }
  }
  void sleep_while(std::uint32_t seen) {
    somebody_sleeps.store(1);
    if (value.load() != seen) return;
    // The futex is the flag, not the value. A late exchange(0) of an earlier move() may clear it for
    // *this* sleep, and its wake-up comes too early; the kernel then finds no 1 here, and returns.
    ::syscall(SYS_futex, &somebody_sleeps, FUTEX_WAIT, 1, nullptr, nullptr, 0);
  }
};

struct Ring {
  Counter written, taken;
  char bytes[kRoom];
};

class SharedMemory final : public Link {
 public:
  SharedMemory() {
    void* const pages = ::mmap(nullptr, sizeof(Ring), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
    if (pages == MAP_FAILED) std::perror("mmap"), std::exit(1);
    ring_ = new (pages) Ring;
  }
  ~SharedMemory() override { ::munmap(ring_, sizeof(Ring)); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  void send(const char* bytes, std::size_t size) override {
    const std::uint32_t at = ring_->written.value.load();
    std::uint32_t taken = 0;
    while (at + size - (taken = ring_->taken.value.load()) > kRoom) ring_->taken.sleep_while(taken);
    const std::size_t begin = at % kRoom, first = std::min(size, kRoom - begin);
    std::memcpy(ring_->bytes + begin, bytes, first);
    std::memcpy(ring_->bytes, bytes + first, size - first);
    ring_->written.move(static_cast<std::uint32_t>(size));
  }

  void receive(char* room, std::size_t size) override {
    const std::uint32_t at = ring_->taken.value.load();
    std::uint32_t written = 0;
    while ((written = ring_->written.value.load()) - at < size) {
      ring_->written.sleep_while(written);
    }
    const std::size_t begin = at % kRoom, first = std::min(size, kRoom - begin);
    std::memcpy(room, ring_->bytes + begin, first);
    std::memcpy(room + first, ring_->bytes, size - first);
    ring_->taken.move(static_cast<std::uint32_t>(size));
  }

 private:
  Ring* ring_;
};

}  // namespace

std::unique_ptr<Link> make_shared_memory() { return std::make_unique<SharedMemory>(); }

}  // namespace proclab::pipes::bench
