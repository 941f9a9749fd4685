# What every library and test of this project has in common.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INTERPROCEDURAL_OPTIMIZATION OFF)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE RelWithDebInfo CACHE STRING "" FORCE)
endif()
# -O2 without debug info for speed of the build; `dev` presets choose their own.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")


option(INFRA_WERROR "Warnings are errors" OFF)
set(INFRA_SANITIZE "" CACHE STRING "Sanitizers, e.g. address,undefined or thread")

option(INFRA_FUZZ "Build the libFuzzer targets of tests/fuzz; needs clang" OFF)

find_program(INFRA_CCACHE ccache)
if(INFRA_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # A precompiled header is cached only if ccache may ignore its time stamps.
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${INFRA_CCACHE})
endif()
find_program(INFRA_MOLD mold)
if(INFRA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(infra_options INTERFACE)
target_include_directories(infra_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(infra_options INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual
  # GCC 12 sees an uninitialised std::optional wherever one is copied at -O2.
  -Wno-missing-field-initializers $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized> $<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>
  $<$<BOOL:${INFRA_WERROR}>:-Werror>)
if(INFRA_FUZZ)
  # A header of ANTLR 4.9 that clang refuses, for a class that nobody uses, is read as an empty file.
  file(WRITE ${CMAKE_BINARY_DIR}/empty.h "#pragma once\n")
  file(WRITE ${CMAKE_BINARY_DIR}/clang.yaml
       "{ 'version': 0, 'roots': [{ 'type': 'file', 'name': '/usr/include/antlr4-runtime/misc/InterpreterDataReader.h', "
       "'external-contents': '${CMAKE_BINARY_DIR}/empty.h' }] }\n")
  add_compile_options(-ivfsoverlay ${CMAKE_BINARY_DIR}/clang.yaml)
endif()

if(INFRA_SANITIZE)
  add_compile_options(-fsanitize=${INFRA_SANITIZE} -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${INFRA_SANITIZE})
endif()

# One precompiled header, built once by infra_base and reused by everything.
function(infra_use_pch target)
  if(target STREQUAL infra_base)
    target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.h)
  else()
    target_precompile_headers(${target} REUSE_FROM infra_base)
  endif()
endfunction()

# infra_library(NAME DEPS…): the library infra_NAME of all .cpp files at and below the current folder.
function(infra_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_library(infra_${name} STATIC ${sources})
  target_link_libraries(infra_${name} PUBLIC infra_options fmt::fmt ${ARGN})
  infra_use_pch(infra_${name})
endfunction()

# infra_test(NAME [DEPS …] [LABELS …] [TIMEOUT s]): one Catch2 program of all .cpp files in the current folder, one CTest test.
# At a time there is one test with real engines (RESOURCE_LOCK machine; a few have second_machine), one that only computes
# (processor), and one of AWS (aws), which waits for its world: ctest --parallel 3 runs three of these beside each other.
function(infra_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "DEPS;LABELS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  add_executable(test_${name} ${sources})
  target_link_libraries(test_${name} PRIVATE infra_options infra_test_main ${arg_DEPS})
  target_compile_definitions(test_${name} PRIVATE INFRA_SOURCE_DIR="${CMAKE_SOURCE_DIR}" INFRA_BINARY_DIR="${CMAKE_BINARY_DIR}")
  target_precompile_headers(test_${name} REUSE_FROM infra_test_pch)
  add_test(NAME ${name} COMMAND test_${name})
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set(lock processor)
  if("engine" IN_LIST arg_LABELS)
    set(lock machine)
  elseif("aws" IN_LIST arg_LABELS)
    set(lock aws)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}" RESOURCE_LOCK ${lock})
endfunction()
