# What compiles reeld, and how strictly.

# GCC before 13 destroys some temporaries of a co_await expression twice (GCC bug 100611 and its family):
# 15 of 33 ordinary shapes corrupt memory at run time without a warning. No review catches all of them.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "reeld needs clang 19 (or GCC 13 and newer): GCC ${CMAKE_CXX_COMPILER_VERSION} frees some coroutine "
    "temporaries twice. Configure with -DCMAKE_CXX_COMPILER=clang++-19; docs/decisions.md says more.")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
# -O0 makes a coroutine file many times larger and slower to compile than -Og.
set(CMAKE_CXX_FLAGS_DEBUG "-Og -g")
# Nothing here gains from -O3 but the time it takes to compile.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(REELD_CCACHE ccache)
if(REELD_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${REELD_CCACHE}")
endif()
find_program(REELD_LLD NAMES ld.lld-19 ld.lld)
if(REELD_LLD AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_link_options("--ld-path=${REELD_LLD}")
endif()

option(REELD_WERROR "Treat warnings as errors" ON)
add_library(reeld_warnings INTERFACE)
target_compile_options(reeld_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast
  $<$<BOOL:${REELD_WERROR}>:-Werror>)

set(REELD_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")
if(REELD_SANITIZE)
  add_compile_options("-fsanitize=${REELD_SANITIZE}" -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options("-fsanitize=${REELD_SANITIZE}")
endif()
