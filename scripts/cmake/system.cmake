# Which files belong to which system, and the flags that every target gets.

if(WIN32)
  set(foreign_suffixes _posix _linux _macos)
  set(PROCLAB_SYSTEM win32)
elseif(APPLE)
  set(foreign_suffixes _win32 _linux)
  set(PROCLAB_SYSTEM macos)
else()
  set(foreign_suffixes _win32 _macos)
  set(PROCLAB_SYSTEM linux)
endif()
list(JOIN foreign_suffixes "|" foreign_pattern)

# The builds of ./scripts/test, by their presets' names.
set(PROCLAB_PHASE release)
if(WIN32)
  set(PROCLAB_PHASE windows)
elseif(PROCLAB_SANITIZE MATCHES address)
  set(PROCLAB_PHASE asan)
elseif(PROCLAB_SANITIZE MATCHES thread)
  set(PROCLAB_PHASE tsan)
endif()

# sources_here(OUT folder): the folder's .cpp files without those of other systems. A file's suffix
# is the only switch: spawn_posix.cpp, spawn_win32.cpp.
function(sources_here out folder)
  file(GLOB files CONFIGURE_DEPENDS ${folder}/*.cpp)
  list(FILTER files EXCLUDE REGEX "(${foreign_pattern})\\.cpp$")
  set(${out} ${files} PARENT_SCOPE)
endfunction()

add_library(proclab_flags INTERFACE)
target_include_directories(proclab_flags INTERFACE ${CMAKE_SOURCE_DIR})
if(MSVC)
  target_compile_options(proclab_flags INTERFACE /W4 /utf-8 /permissive-)
  target_compile_definitions(proclab_flags INTERFACE _CRT_SECURE_NO_WARNINGS)
else()
  # Options{.file = "ls"} leaves the rest at its defaults, and that is the idea.
  target_compile_options(proclab_flags INTERFACE -Wall -Wextra -Wshadow -Wpedantic
    -Wno-missing-field-initializers)
  if(PROCLAB_WERROR)
    target_compile_options(proclab_flags INTERFACE -Werror)
  endif()
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
  # GCC 12 gives false alarms here inside std::optional, std::regex and std::function.
  target_compile_options(proclab_flags INTERFACE -Wno-maybe-uninitialized)
endif()
if(PROCLAB_SANITIZE)
  # A target with PROCLAB_PLAIN is left out: a child that only plays its part under a test starts in a
  # millisecond then, and not in a hundred.
  set(watched $<NOT:$<BOOL:$<TARGET_PROPERTY:PROCLAB_PLAIN>>>)
  target_compile_options(proclab_flags INTERFACE
    "$<${watched}:-fsanitize=${PROCLAB_SANITIZE};-fno-omit-frame-pointer;-fno-sanitize-recover=all>"
    $<${watched}:-fno-sanitize=vptr>)  # asks through a pipe of its own: a false alarm where no descriptor is left
  target_link_options(proclab_flags INTERFACE $<${watched}:-fsanitize=${PROCLAB_SANITIZE}>)
  if(NOT CMAKE_CXX_COMPILER_ID STREQUAL GNU)  # GCC defines these itself
    set(macro $<IF:$<STREQUAL:${PROCLAB_PHASE},tsan>,__SANITIZE_THREAD__,__SANITIZE_ADDRESS__>)
    target_compile_definitions(proclab_flags INTERFACE $<${watched}:${macro}>)
  endif()
endif()
if(PROCLAB_FUZZ)
  target_compile_options(proclab_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(WIN32)
  # Windows 10 is the oldest that has every call we teach. Static: a demo is one file to copy.
  target_compile_definitions(proclab_flags INTERFACE UNICODE _UNICODE NOMINMAX WIN32_LEAN_AND_MEAN
    _WIN32_WINNT=0x0A00)
  if(MINGW)
    target_link_options(proclab_flags INTERFACE -static)
  endif()
endif()
find_package(Threads REQUIRED)
target_link_libraries(proclab_flags INTERFACE Threads::Threads)
