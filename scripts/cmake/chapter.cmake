# chapter(ch04_spawn USES ch01_process ch03_fork): all that a chapter's folder holds.
#
#   *.cpp            the library                      ch04_spawn
#   demos/NN_x.cpp   a program each, in bin/          ch04_x
#   bench/*.cpp      one program with all of them     ch04_bench; on Linux with bench/peers/libuv.cpp, where libuv is
#   tests/ch04_*/    one GoogleTest program           ch04_test, CTest label ch04
#
# The target ch04 builds all that the chapter runs; the target demos builds every chapter's demos.
#
# SERIAL: its tests look at all processes of the machine, so CTest runs nothing beside them.
# USES is a promise that scripts/check_layers.py keeps: including a chapter not named there fails.
add_custom_target(demos)

# worth_running(OUT files…): everywhere; but ThreadSanitizer has nothing to say where no thread is started.
function(worth_running out)
  set(${out} YES PARENT_SCOPE)
  if(PROCLAB_PHASE STREQUAL tsan)
    set(${out} NO PARENT_SCOPE)
    foreach(file IN LISTS ARGN)
      file(STRINGS ${file} threads REGEX "std::(j?thread|async)")
      if(threads)
        set(${out} YES PARENT_SCOPE)
      endif()
    endforeach()
  endif()
endfunction()

# What the tests say that run: a demo that is named there is run by one of them. Only asked where not all demos are
# built.
set(said_in_tests "")
if(PROCLAB_PHASE STREQUAL tsan)
  file(GLOB test_folders CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/*)
  foreach(test_folder IN LISTS test_folders)
    file(GLOB_RECURSE test_files CONFIGURE_DEPENDS ${test_folder}/*.cpp ${test_folder}/*.h)
    worth_running(worth ${test_files})
    foreach(test_file IN LISTS test_files)
      if(worth)
        file(READ ${test_file} said)
        string(APPEND said_in_tests "${said}")
      endif()
    endforeach()
  endforeach()
endif()

function(chapter name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "" "USES;LIBS")
  string(REGEX MATCH "^ch[0-9][0-9]" number ${name})
  set(folder ${CMAKE_CURRENT_SOURCE_DIR})

  foreach(used IN LISTS arg_USES)
    if(NOT TARGET ${used})
      message(FATAL_ERROR "${name} uses ${used}, which is no earlier chapter")
    endif()
  endforeach()

  sources_here(sources ${folder})
  if(NOT sources)
    message(FATAL_ERROR "${name} has no sources for this system (${PROCLAB_SYSTEM})")
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC platform ${arg_USES} ${arg_LIBS})
  join(${name})
  read_already(${name})
  add_custom_target(${number} DEPENDS ${name})

  # What runs between fork and exec must not call into a runtime: no unwinding, no instrumentation. And no calls of
  # a header's small functions, hence -O2: where all others are instrumented, the linker might take such a copy.
  list(FILTER sources INCLUDE REGEX "/child_side_[a-z0-9_]+\\.cpp$")
  if(sources AND NOT MSVC)
    set_source_files_properties(${sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON COMPILE_OPTIONS
      "-O2;-fno-exceptions;-fno-stack-protector;-fno-sanitize=all;-U_FORTIFY_SOURCE")
  endif()

  sources_here(demos ${folder}/demos)
  foreach(demo IN LISTS demos)
    cmake_path(GET demo STEM stem)
    string(REGEX REPLACE "^[0-9]+_" "" program ${stem})
    string(REGEX REPLACE "_(posix|linux|macos|win32)$" "" program ${program})
    set(target ${number}_${program})
    if(target STREQUAL name)  # ch09_daemon is a chapter and a demo: one target has to give way
      string(APPEND target _demo)
    endif()
    add_executable(${target} ${demo})
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${number}_${program})
    target_link_libraries(${target} PRIVATE ${name})
    read_already(${target})
    add_dependencies(demos ${target})
    add_dependencies(${number} ${target})
    if(PROCLAB_TESTS)
      worth_running(worth ${demo})
      if(worth)
        demo_test(${number} ${number}_${program} ${arg_SERIAL})
      elseif(NOT said_in_tests MATCHES "${number}_${program}")
        set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
      endif()
    endif()
  endforeach()

  if(PROCLAB_TESTS)
    sources_here(tests ${CMAKE_SOURCE_DIR}/tests/${name})
    worth_running(worth ${tests})
    if(tests AND worth)
      chapter_test(${number}_test ${number} ${name} ${arg_SERIAL} ${tests})
      add_dependencies(${number} ${number}_test probe)
      if(TARGET ${number}_programs)
        add_dependencies(${number} ${number}_programs)
      endif()
    elseif(tests)
      add_test(NAME ${number}_test COMMAND ${CMAKE_COMMAND} -E echo
        "skipped: none of its tests starts a thread, and ThreadSanitizer looks at nothing else")
      set_tests_properties(${number}_test PROPERTIES LABELS ${number} SKIP_REGULAR_EXPRESSION "^skipped: ")
    endif()
  endif()

  if(PROCLAB_BENCH AND TARGET benchmark::benchmark)
    sources_here(benches ${folder}/bench)
    if(benches)
      add_executable(${number}_bench EXCLUDE_FROM_ALL ${benches})
      target_link_libraries(${number}_bench PRIVATE ${name} benchmark::benchmark)
      bench_peers(${number}_bench ${folder}/bench/peers)
    endif()
  endif()
endfunction()

# bench_peers(program folder): where the scripts stand that the benchmark starts, and the peer that it
# links, as far as it is here.
function(bench_peers program folder)
  if(NOT PROCLAB_SYSTEM STREQUAL linux)
    return()
  endif()
  target_compile_definitions(${program} PRIVATE PROCLAB_BENCH_PEERS="${folder}")
  find_path(libuv_headers uv.h)
  find_library(libuv_library uv)
  if(EXISTS ${folder}/libuv.cpp AND libuv_headers AND libuv_library)
    target_sources(${program} PRIVATE ${folder}/libuv.cpp)
    target_link_libraries(${program} PRIVATE ${libuv_library})
    target_compile_definitions(${program} PRIVATE PROCLAB_HAS_LIBUV)
  endif()
endfunction()

# join(target): its files are compiled eight at a time, for reading the headers costs more than what
# follows them: half the time of a whole build. -DPROCLAB_JOIN=OFF compiles each on its own.
function(join target)
  if(PROCLAB_JOIN)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    target_compile_options(${target} PRIVATE  # GCC takes the joined file for a header
      $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
  endif()
endfunction()

# read_already(target): the standard's headers come as the platform's precompiled ones, where it has such.
function(read_already target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    target_precompile_headers(${target} REUSE_FROM platform)
  endif()
endfunction()

# chapter_test(program label library serial files…): a GoogleTest program. Each test is a process of its
# own under CTest, so that one test's leftovers are never another's. Under a sanitizer and under Wine, where
# starting a process is slow, the whole program is one CTest test, the longest first.
function(chapter_test program label library serial)
  add_executable(${program} ${ARGN})
  target_link_libraries(${program} PRIVATE ${library} test_support)
  join(${program})
  if(CMAKE_CXX_COMPILER_ID STREQUAL Clang)
    target_precompile_headers(${program} REUSE_FROM test_support)
  endif()
  if(PROCLAB_PHASE STREQUAL release)
    gtest_discover_tests(${program} DISCOVERY_MODE PRE_TEST
      PROPERTIES LABELS ${label} TIMEOUT 120 RUN_SERIAL ${serial})
  else()
    list(LENGTH ARGN files)
    add_test(NAME ${program} COMMAND ${program})
    set_tests_properties(${program} PROPERTIES LABELS ${label} TIMEOUT 400 COST ${files}
      RUN_SERIAL ${serial})
  endif()
endfunction()

# demo_test(label program serial): the demo run as its head says, its output held against the
# .expected file beside it: the same check that ./scripts/tour makes.
function(demo_test label program serial)
  add_test(NAME demo.${program}
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/scripts/tour.py
      --build ${CMAKE_BINARY_DIR} --check ${program})
  set_tests_properties(demo.${program} PROPERTIES LABELS "${label};demo" TIMEOUT 120
    SKIP_RETURN_CODE 77 RUN_SERIAL ${serial})
endfunction()
find_package(Python3 COMPONENTS Interpreter REQUIRED)
