# Compiler and linker flags for everything: hardening (BLD-1 in ASSURANCE.md) and the project's own rules.
set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

# -O2, not CMake's -O3: g++ 12 reports a false -Wrestrict on string additions at -O3.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
if(STALLWARD_SANITIZE)
  set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1") # Sanitized tests run, and fuzz targets try inputs, several times as fast.
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Werror -fstack-protector-strong)
add_compile_definitions(_GLIBCXX_ASSERTIONS)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64")
  add_compile_options(-fcf-protection=full)
endif()
if(NOT STALLWARD_SANITIZE)
  add_compile_options(-fstack-clash-protection)
  add_compile_options($<$<CONFIG:Release>:-U_FORTIFY_SOURCE> $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
else()
  add_compile_options(-fsanitize=${STALLWARD_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${STALLWARD_SANITIZE})
  if(STALLWARD_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-Wno-tsan) # libstdc++ headers use atomic_thread_fence, which g++ cannot instrument.
  endif()
endif()
if(STALLWARD_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link) # So that libFuzzer sees which code an input reaches in the rooms, too.
endif()
add_link_options(-pie -Wl,-z,relro,-z,now,-z,noexecstack)

find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
