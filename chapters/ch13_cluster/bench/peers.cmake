# What the benchmark starts beside ours.
if(NOT TARGET ch13_bench)
  return()
endif()
target_compile_definitions(ch13_bench PRIVATE
  PROCLAB_BENCH_PEERS="${CMAKE_CURRENT_SOURCE_DIR}/bench/peers")
add_dependencies(ch13_bench ch13_cluster_demo ch13_worker)
