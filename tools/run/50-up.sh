# shellcheck shell=bash
# The server with the demo fleet.

run_up() {
    run_build
    [ -x build/release/bin/stallward ] || fail "There is no server to start yet."
    exec build/release/bin/stallward serve "$@"
}

run_demo_shots() {
    need_packages test
    build_web
    [ -f web/e2e/demo-shots.mjs ] || fail "There is nothing to take pictures of yet."
    exec node web/e2e/demo-shots.mjs "$@"
}
