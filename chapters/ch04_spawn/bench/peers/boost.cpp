// Chapter 4 · benchmark: the spawn as Boost.Process does it.
#include <boost/process/child.hpp>
#include <boost/process/exe.hpp>
#include <boost/process/io.hpp>
#include <boost/process/posix.hpp>

#include "chapters/ch04_spawn/bench/ways.h"

namespace proclab::spawn::bench {

void once_boost(const Job& job) {
  namespace process = boost::process;
  std::error_code error;
  process::child child(process::exe = job.program, process::posix::fd.bind(0, job.descriptors[0]),
                       process::posix::fd.bind(1, job.descriptors[1]),
                       process::posix::fd.bind(2, job.descriptors[2]), error);
  if (error) failed("boost::process", error.message());
  child.wait(error);
  if (error || child.exit_code() != 0) failed("boost::process", "the program did not exit with 0");
}

}  // namespace proclab::spawn::bench
