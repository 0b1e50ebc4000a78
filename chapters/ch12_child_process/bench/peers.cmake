# What the benchmark starts, and what it is measured beside, as far as it is here.
if(NOT TARGET ch12_bench)
  return()
endif()
add_dependencies(ch12_bench ch04_tiny)
target_compile_definitions(ch12_bench PRIVATE
  PROCLAB_BENCH_PEERS="${CMAKE_CURRENT_SOURCE_DIR}/bench/peers")

find_path(libuv_headers uv.h)
find_library(libuv_library uv)
if(libuv_headers AND libuv_library)
  target_sources(ch12_bench PRIVATE bench/peers/libuv.cpp)
  target_link_libraries(ch12_bench PRIVATE ${libuv_library})
  target_compile_definitions(ch12_bench PRIVATE PROCLAB_HAS_LIBUV)
endif()
