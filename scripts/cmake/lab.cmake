# The course lab: chapters/chNN_topic/lab/NAME/test.cpp is the judge of that exercise, bin/lab_NAME. A judge is a
# program of its own on chapters 4, 7 and 8 that starts the student's program and looks at it from
# outside. Only the release build has them: what is judged is compiled by scripts/lab itself.
add_custom_target(lab)

function(lab_exercises)
  if(NOT PROCLAB_TESTS OR NOT PROCLAB_SYSTEM STREQUAL linux OR NOT PROCLAB_PHASE STREQUAL release
     OR NOT CMAKE_BUILD_TYPE STREQUAL Release)
    return()
  endif()
  sources_here(sources ${CMAKE_SOURCE_DIR}/tests/lab)
  add_library(lab_judge STATIC ${sources})
  join(lab_judge)
  target_link_libraries(lab_judge PUBLIC ch04_spawn ch07_signals ch08_reaping)
  add_executable(lab_begin ${CMAKE_SOURCE_DIR}/tests/lab/begin/begin_linux.cpp)
  target_include_directories(lab_begin PRIVATE ${CMAKE_SOURCE_DIR})
  target_link_options(lab_begin PRIVATE -static)
  add_dependencies(lab lab_begin)
  file(GLOB tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/chapters/ch*/lab/*/test.cpp)
  foreach(test IN LISTS tests)
    cmake_path(GET test PARENT_PATH folder)
    cmake_path(GET folder FILENAME name)
    add_executable(lab_${name} ${test})
    target_link_libraries(lab_${name} PRIVATE lab_judge)
    target_compile_options(lab_${name} PRIVATE -O0)  # what is tested is optimised, the tests need not be
    target_link_options(lab_${name} PRIVATE -static)  # `lab bundle` takes it to machines with other libraries
    add_dependencies(lab lab_${name})
  endforeach()
endfunction()
