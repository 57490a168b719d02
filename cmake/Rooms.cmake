# room(NAME USES other rooms LIBRARIES third-party targets)
#
# Makes the static library NAME from all .cpp files of this folder and its subfolders, without *_test.cpp, and the test program NAME_test from
# the *_test.cpp files. Includes are written from the folder above the room: #include "base/result.h".
# Which room may use which is said once, in tools/rooms.txt, and checked by tools/check_rooms.
function(room name)
  cmake_parse_arguments(ROOM "" "" "USES;LIBRARIES;TEST_USES;TEST_LIBRARIES" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  set(test_sources ${sources})
  list(FILTER test_sources INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "/main(_[a-z_]+)?\\.cpp$")

  cmake_path(GET CMAKE_CURRENT_SOURCE_DIR PARENT_PATH above)
  if(sources)
    add_library(${name} STATIC ${sources})
    set(kind PUBLIC)
  else()
    add_library(${name} INTERFACE)
    set(kind INTERFACE)
  endif()
  target_include_directories(${name} ${kind} ${above})
  target_link_libraries(${name} ${kind} ${ROOM_USES} ${ROOM_LIBRARIES})

  if(STALLWARD_TESTS AND test_sources)
    add_executable(${name}_test ${test_sources})
    target_link_libraries(${name}_test PRIVATE ${name} ${ROOM_TEST_USES} ${ROOM_TEST_LIBRARIES} GTest::gmock GTest::gtest_main rapidcheck)
    target_compile_definitions(${name}_test PRIVATE STALLWARD_SOURCE_DIR="${CMAKE_SOURCE_DIR}" STALLWARD_BINARY_DIR="${CMAKE_BINARY_DIR}")
    add_test(NAME ${name} COMMAND ${name}_test)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  endif()
endfunction()
