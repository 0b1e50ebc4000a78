# RapidJSON: header-only. Debian's headers (package rapidjson-dev) serve every build, but not by
# -I/usr/include: a cross build would see the host's C library there. So they get a folder of their own.
# Elsewhere the same release, pinned by its hash.
if(EXISTS /usr/include/rapidjson/reader.h)
  set(rapidjson_folder ${CMAKE_BINARY_DIR}/rapidjson/include)
  file(MAKE_DIRECTORY ${rapidjson_folder})
  file(CREATE_LINK /usr/include/rapidjson ${rapidjson_folder}/rapidjson SYMBOLIC)
else()
  include(FetchContent)
  FetchContent_Declare(rapidjson
    URL https://github.com/Tencent/rapidjson/archive/refs/tags/v1.1.0.tar.gz
    URL_HASH SHA256=bf7ced29704a1e696fbccf2a2b4ea068e7774fa37f6d7dd4039d0787f8bed98e
    SOURCE_SUBDIR none)  # its CMakeLists.txt builds examples, and is too old for today's CMake
  FetchContent_MakeAvailable(rapidjson)
  set(rapidjson_folder ${rapidjson_SOURCE_DIR}/include)
endif()
add_library(rapidjson INTERFACE)
target_include_directories(rapidjson SYSTEM INTERFACE ${rapidjson_folder})
