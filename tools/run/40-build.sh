# shellcheck shell=bash
# The server and its workers.

# How many files are compiled at a time: one per core, but a compiler may take 1.5 GB.
jobs_count() {
    local cores memory_mb by_memory
    [ -z "${STALLWARD_JOBS-}" ] || { printf '%s' "$STALLWARD_JOBS"; return; }
    cores=$(nproc)
    memory_mb=$(awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo)
    by_memory=$((memory_mb / 1500))
    [ "$by_memory" -ge 1 ] || by_memory=1
    printf '%s' "$((cores < by_memory ? cores : by_memory))"
}

# compile PRESET CMAKE_OPTION… [-- TARGET…]: configures build/PRESET and builds the targets (all, when none is named). Returns the status.
compile() {
    local preset=$1 options=()
    shift
    while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1") && shift; done
    [ $# = 0 ] || shift
    local targets=()
    [ $# = 0 ] || targets=(--target "$@")
    logged "configuring $preset" "cmake-$preset" cmake --preset "$preset" "${options[@]}" || return
    logged "compiling $preset, $(jobs_count) at a time" "build-$preset" cmake --build "build/$preset" -j "$(jobs_count)" "${targets[@]}" -- -k 5
}

run_build() {
    [ $# = 0 ] || fail "build takes no option: $*"
    need_packages
    build_web
    step "Server"
    need_disk . 2000 "Building"
    compile release -DSTALLWARD_TESTS=OFF -DSTALLWARD_BENCH=OFF || fail "The server could not be built." "build/log/build-release.log has the compiler's words."
    note "built: $(cd build/release/bin 2>/dev/null && echo stallward*)"
}

# No benchmark takes longer than this.
bench_seconds=1200

# run_bench [NAME… [-- OPTION…]]: the programs bench_NAME, all when none is named; options go to each of them. One that fails does not keep the
# others from running.
run_bench() {
    local names=() failed=() program
    while [ $# -gt 0 ] && [ "$1" != -- ]; do names+=("$1") && shift; done
    [ $# = 0 ] || shift
    need_packages test
    build_web
    step "Benchmarks"
    compile release -DSTALLWARD_TESTS=OFF -DSTALLWARD_BENCH=ON || fail "The benchmarks could not be built." "build/log/build-release.log has the compiler's words."
    if [ ${#names[@]} = 0 ]; then
        for program in build/release/bin/bench_*; do [ ! -x "$program" ] || names+=("${program##*/bench_}"); done
    fi
    [ ${#names[@]} != 0 ] || fail "There are no benchmarks yet."
    for program in "${names[@]}"; do
        [ -x "build/release/bin/bench_$program" ] || fail "There is no benchmark \"$program\"." "./run bench without a name runs all."
    done
    need_disk . 4000 "Running the benchmarks"
    for program in "${names[@]}"; do
        step "bench_$program $*"
        timeout --kill-after=10 "$bench_seconds" "build/release/bin/bench_$program" "$@" || failed+=("$program")
    done
    # What they filled.
    rm -rf build/release/bench
    [ ${#failed[@]} = 0 ] || fail "These benchmarks did not run to their end: ${failed[*]}."
}

run_package() {
    run_build
    step "Package"
    command -v dpkg-shlibdeps >/dev/null || {
        local missing=dpkg-dev
        install_packages "$missing"
    }
    rm -rf build/package && mkdir -p build/package
    logged "packing" package cpack --config build/release/CPackConfig.cmake -B "$PWD/build/package" || fail "The package could not be made." "build/log/package.log says why."
    rm -rf build/package/_CPack_Packages
    note "made: $(echo build/package/*.deb)"
}
