// Chapter 1 · limits: their names.
#include "chapters/ch01_process/limits.h"

namespace proclab::process {

const char* limit_name(Limit limit) {
  switch (limit) {
    case Limit::address_space: return "address space";
    case Limit::core_size: return "core file size";
    case Limit::cpu_seconds: return "cpu seconds";
    case Limit::data_size: return "data size";
    case Limit::file_size: return "file size";
    case Limit::open_files: return "open files";
    case Limit::processes: return "processes";
    case Limit::stack_size: return "stack size";
  }
  return "?";
}

}  // namespace proclab::process
