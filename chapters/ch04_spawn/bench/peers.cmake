# What the benchmark starts, and the libraries that it is measured beside, as far as they are here.
if(NOT TARGET ch04_bench)
  return()
endif()
add_dependencies(ch04_bench ch04_tiny)
target_compile_definitions(ch04_bench PRIVATE
  PROCLAB_BENCH_PEERS="${CMAKE_CURRENT_SOURCE_DIR}/bench/peers")

find_path(libuv_headers uv.h)
find_library(libuv_library uv)
if(libuv_headers AND libuv_library)
  target_sources(ch04_bench PRIVATE bench/peers/libuv.cpp)
  target_link_libraries(ch04_bench PRIVATE ${libuv_library})
  target_compile_definitions(ch04_bench PRIVATE PROCLAB_HAS_LIBUV)
endif()

find_path(boost_headers boost/process/child.hpp)
if(boost_headers)
  target_sources(ch04_bench PRIVATE bench/peers/boost.cpp)
  target_compile_definitions(ch04_bench PRIVATE PROCLAB_HAS_BOOST)
endif()
