# shellcheck shell=bash
# Everything that is tested, summed up. A part that could not run counts as failed; nothing is counted that did not run.

passed=0 failed=0 skipped=0
summary=() failures=()

# count PART "P F S" [NAMES]: adds one part's figures; a part with no test at all is a failure.
count() {
    local part=$1 p f s
    read -r p f s <<<"$2"
    if [ "$((p + f))" = 0 ]; then f=1 && failures+=("$part: no test ran"); fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    summary+=("$(printf '%-34s %6d passed %4d failed %4d skipped %6d s' "$part" "$p" "$f" "$s" "$((SECONDS - part_began))")")
    [ -z "${3-}" ] || while read -r name; do failures+=("$part: $name"); done <<<"$3"
}

# broken PART: a part that could not be run, for instance because it did not compile.
broken() {
    failed=$((failed + 1))
    failures+=("$1: could not be run")
    summary+=("$(printf '%-34s COULD NOT BE RUN %31d s' "$1" "$((SECONDS - part_began))")")
}

part() { step "$1" && part_began=$SECONDS; }
timed() { summary+=("$(printf '%-34s %42d s' "$1" "$((SECONDS - part_began))")"); }

# The sanitizers of g++ 12 and 13 cannot place their tables where the kernel scatters addresses by more than 28 bits.
plain_addresses() {
    case "$1" in asan | tsan) ;; *) return 0 ;; esac
    [ "$(cat /proc/sys/vm/mmap_rnd_bits 2>/dev/null || echo 28)" -le 28 ] || echo setarch -R
}

# The results of ctest and of the test programs below it, counted case by case.
run_ctest() {
    local name=$1 preset=$2 results=build/results/$2 log
    shift 2
    rm -rf "$results" && mkdir -p "$results"
    ctest --preset "$preset" --show-only=json-v1 "$@" >"$results/tests.json" 2>/dev/null || true
    # shellcheck disable=SC2046 # two words or none
    logged "testing $preset" "ctest-$preset" env GTEST_OUTPUT="xml:$PWD/$results/" $(plain_addresses "$preset") \
        ctest --preset "$preset" -j "$(jobs_count)" --no-tests=error --output-junit "$PWD/$results/ctest.junit" "$@" || true
    log=$(tools/count_results "$results") || { broken "$name" && return; }
    count "$name" "$(head -n 1 <<<"$log")" "$(tail -n +2 <<<"$log")"
}

# One command that is one check: its status counts.
run_check() {
    local name=$1 log=$2
    shift 2
    part_began=$SECONDS
    if logged "$name" "$log" "$@"; then count "$name" "1 0 0"; else count "$name" "0 1 0" "see build/log/$log.log"; fi
}

run_tools_tests() {
    part "Tools"
    if logged "testing the tools" tools-tests python3 -m unittest discover -s tools/tests -p '*_test.py'; then :; fi
    local ran bad
    ran=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\} in .*/\1/p' build/log/tools-tests.log)
    bad=$(grep -cE '^(FAIL|ERROR): ' build/log/tools-tests.log || true)
    count "tools" "$((${ran:-0} - bad)) $bad 0"
}

# sanitized PRESET PART [ROOM…]: the tests of these rooms (of all, when none is named) under a sanitizer.
sanitized() {
    local preset=$1 name=$2 room targets=() filter=()
    shift 2
    for room in "$@"; do
        if [ -n "$(find "src/$room" "$room" -name '*_test.cpp' -print -quit 2>/dev/null)" ]; then targets+=("${room}_test"); fi
    done
    if [ ${#targets[@]} != 0 ]; then filter=(-R "^($(IFS='|' && printf '%s' "${targets[*]%_test}"))\$"); fi
    part "$name"
    if compile "$preset" -DSTALLWARD_TESTS=ON -- "${targets[@]}"; then
        timed "$name: build" && part_began=$SECONDS
        run_ctest "$name" "$preset" "${filter[@]}"
    else
        broken "$name"
    fi
}

run_fuzz() {
    part "Fuzz targets, 15 s each"
    local names bad
    names=$(sed -n 's/^fuzz_target(\([a-z0-9_]*\).*/\1/p' fuzz/CMakeLists.txt)
    # shellcheck disable=SC2046,SC2086 # one word per target
    compile fuzz -- $(printf 'fuzz_%s ' $names) || { broken "fuzz" && return; }
    timed "fuzz targets: build" && part_began=$SECONDS
    # shellcheck disable=SC2086 # one word per target
    logged "fuzzing, $(jobs_count) at a time" fuzz tools/fuzz_each 15 "$(jobs_count)" $names || true
    bad=$(sed -n 's/^FAILED //p' build/log/fuzz.log)
    count "fuzz" "$(grep -c '^passed ' build/log/fuzz.log) $(grep -c '^FAILED ' build/log/fuzz.log) 0" "$bad"
}

run_web_tests() {
    part "Console"
    run_check "console: style and words" web-check npm run --prefix web check
    run_check "console: size" web-size npm run --prefix web size
    part_began=$SECONDS
    rm -f build/results/web.junit
    logged "testing the console" web-tests npm run --prefix web test -- --reporter=default --reporter=junit --outputFile.junit="$PWD/build/results/web.junit" || true
    counted_junit "console: tests" build/results/web.junit
}

# The programs of the release build as a person meets them in a browser (web/e2e), and every operation of
# api/openapi.yaml asked rightly and wrongly; two files at a time, since much of each is waiting.
run_program_tests() {
    part "Browser and interface"
    local results=$PWD/build/results/programs.junit
    # The longest first.
    local tests=(web/e2e/screens.test.mjs tests/contract/contract.mjs)
    local file
    for file in web/e2e/*.test.mjs $(grep -l "from 'node:test'" tests/contract/*.mjs); do
        case "$file" in */screens.test.mjs | */contract.mjs) ;; *) tests+=("$file") ;; esac
    done
    rm -f "$results"
    logged "testing in Chromium and over HTTP" program-tests env STALLWARD_BIN="$PWD/build/release/bin" \
        node --test --test-concurrency="$(jobs_count)" --test-reporter=spec --test-reporter-destination=stdout \
        --test-reporter=junit --test-reporter-destination="$results" "${tests[@]}" || true
    counted_junit "browser and interface" "$results"
}

# A client that was not written here, against the sandbox; it needs a network of its own, which not every machine grants.
run_third_party() {
    part "Third-party client"
    if unshare --user --map-root-user --net --mount true 2>/dev/null; then
        run_check "third-party client" third-party tests/third_party/run.sh
        run_check "third-party client of Shopee" third-party-shopee tests/third_party/shopee.sh
    else
        note "skipped: this machine grants no network namespaces (unshare --user --net)"
        skipped=$((skipped + 1))
    fi
}

# The figures of a JUnit file; a runner that left none could not be run.
counted_junit() {
    local figures
    figures=$(tools/count_results --junit "$2" 2>/dev/null) || { broken "$1" && return; }
    count "$1" "$(head -n 1 <<<"$figures")" "$(tail -n +2 <<<"$figures")"
}

sum_up() {
    local line
    printf '\n== Summary\n'
    printf '   %s\n' "${summary[@]}"
    printf '   %-34s %42d s\n' "all of it" "$((SECONDS - began_all))"
    for line in "${failures[@]}"; do printf '   FAILED  %s\n' "$line"; done
    printf '\n'
    if [ "$skipped" != 0 ]; then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi
    [ "$failed" = 0 ]
}

run_test() {
    local fast='' tsan_rooms=(base http egress)
    # About 3 s of one core for each source file, and 1.5 minutes to run; their figures stand in ASSURANCE.md.
    local asan_rooms=(base model http egress platform db ingest operate watch team parse detect)
    case "$*" in
        '') ;;
        --fast) fast=1 ;;
        # Every room under both sanitizers: an hour more on two cores. A room joins the lists above when its tests are clean here.
        --sanitizers) asan_rooms=() tsan_rooms=(base http db egress ingest operate watch) ;;
        *) fail "test knows --fast and --sanitizers: $*" ;;
    esac
    mkdir -p build/results
    part_began=$SECONDS
    need_packages test && timed "packages"
    need_disk . "$([ "$fast" ] && echo 2500 || echo 8000)" "Building and testing"
    part_began=$SECONDS
    build_web && timed "console: build"

    part "Server"
    if compile release -DSTALLWARD_TESTS=ON -DSTALLWARD_MUTANTS=ON; then
        timed "server: build"
        part "Tests"
        run_ctest "tests" release
    else
        broken "server: build"
    fi
    run_tools_tests
    part "Checks"
    run_check "checks" check tools/check
    run_check "hardening and walls of the programs" binaries tools/check_binaries build/release/bin
    run_web_tests
    if [ ! "$fast" ]; then
        run_program_tests
        run_third_party
        sanitized asan "address and undefined behaviour" "${asan_rooms[@]}"
        sanitized tsan "threads" "${tsan_rooms[@]}"
        run_fuzz
    fi
    sum_up
}
