# GoogleTest: the distribution's library; its sources (Debian's package googletest) for a cross or
# sanitized build, whose code must be built like ours; elsewhere the release, pinned by its hash.
include(GoogleTest)
set(gtest_force_shared_crt ON CACHE BOOL "" FORCE)
set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)

if(NOT CMAKE_CROSSCOMPILING AND NOT PROCLAB_SANITIZE)
  find_package(GTest QUIET)
endif()
if(NOT TARGET GTest::gtest)
  if(EXISTS /usr/src/googletest/CMakeLists.txt)
    add_subdirectory(/usr/src/googletest ${CMAKE_BINARY_DIR}/googletest EXCLUDE_FROM_ALL)
  else()
    include(FetchContent)
    FetchContent_Declare(googletest
      URL https://github.com/google/googletest/archive/refs/tags/release-1.12.1.tar.gz
      URL_HASH SHA256=81964fe578e9bd7c94dfdb09c8e4d6e6759e19967e397dbea48d1c10e45d0df2)
    FetchContent_MakeAvailable(googletest)
  endif()
  if(NOT TARGET GTest::gtest)
    add_library(GTest::gtest ALIAS gtest)
  endif()
endif()

# gtest.h is most of what compiling a test costs, so it is compiled once for all of them. GCC maps such a
# header to the address where it was made, which address randomisation may have given away: hence
# setarch -R, and where a container forbids that, or a launcher like ccache does the saving, none.
find_program(PROCLAB_SETARCH setarch)
mark_as_advanced(PROCLAB_SETARCH)
set(PROCLAB_PRECOMPILE OFF)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND PROCLAB_SETARCH AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  execute_process(COMMAND ${PROCLAB_SETARCH} -R true RESULT_VARIABLE refused ERROR_QUIET)
  if(refused EQUAL 0)
    set(PROCLAB_PRECOMPILE ON)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PROCLAB_SETARCH} -R)
  endif()
endif()
