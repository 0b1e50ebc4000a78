# Google Benchmark: the distribution's library; elsewhere the release, pinned by its hash. A cross or
# sanitized build does without: its figures would say nothing.
if(CMAKE_CROSSCOMPILING OR PROCLAB_SANITIZE)
  return()
endif()
find_package(benchmark QUIET)
if(NOT TARGET benchmark::benchmark)
  include(FetchContent)
  set(BENCHMARK_ENABLE_TESTING OFF CACHE BOOL "" FORCE)
  set(BENCHMARK_ENABLE_INSTALL OFF CACHE BOOL "" FORCE)
  FetchContent_Declare(benchmark
    URL https://github.com/google/benchmark/archive/refs/tags/v1.7.1.tar.gz
    URL_HASH SHA256=6430e4092653380d9dc4ccb45a1e2dc9259d581f4866dc0759713126056bc1d7)
  FetchContent_MakeAvailable(benchmark)
endif()
