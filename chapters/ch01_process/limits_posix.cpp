// Chapter 1 · limits on POSIX: two numbers each, kept by the kernel, inherited by children.
#include "chapters/ch01_process/limits_posix.h"

namespace proclab::process {
namespace {

// glibc gives the RLIMIT_ names a type of their own in C++; `auto` takes whichever it is.
auto resource(Limit limit) {
  switch (limit) {
    case Limit::address_space: return RLIMIT_AS;
    case Limit::core_size: return RLIMIT_CORE;
    case Limit::cpu_seconds: return RLIMIT_CPU;
    case Limit::data_size: return RLIMIT_DATA;
    case Limit::file_size: return RLIMIT_FSIZE;
    case Limit::open_files: return RLIMIT_NOFILE;
    case Limit::processes: return RLIMIT_NPROC;
    case Limit::stack_size: return RLIMIT_STACK;
  }
  return RLIMIT_NOFILE;
}

std::optional<std::uint64_t> from_system(rlim_t value) {
  if (value == RLIM_INFINITY) return std::nullopt;
  return value;
}

}  // namespace

int native_limit(Limit limit) { return static_cast<int>(resource(limit)); }

Result<rlimit> native_pair(const LimitPair& pair) {
  if (pair.soft.value_or(0) >= RLIM_INFINITY || pair.hard.value_or(0) >= RLIM_INFINITY) {
    return make_error("setrlimit", std::errc::invalid_argument, "the number is too big");
  }
  return rlimit{pair.soft.value_or(RLIM_INFINITY), pair.hard.value_or(RLIM_INFINITY)};
}

Result<LimitPair> get_limit(Limit limit) {
  rlimit pair{};
  if (::getrlimit(resource(limit), &pair) == -1) return last_error("getrlimit", limit_name(limit));
  return LimitPair{from_system(pair.rlim_cur), from_system(pair.rlim_max)};
}

Result<void> set_limit(Limit limit, const LimitPair& pair) {
  const Result<rlimit> raw = native_pair(pair);
  if (!raw) return raw.error();
  if (::setrlimit(resource(limit), &*raw) == -1) return last_error("setrlimit", limit_name(limit));
  return {};
}

}  // namespace proclab::process
