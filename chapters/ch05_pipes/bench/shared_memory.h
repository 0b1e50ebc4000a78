// Chapter 5 · benchmark: shared memory with a futex.
#pragma once

#include "chapters/ch05_pipes/bench/transports.h"

namespace proclab::pipes::bench {

std::unique_ptr<Link> make_shared_memory();

}  // namespace proclab::pipes::bench
