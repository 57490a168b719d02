# shellcheck shell=bash
# The server, with the demo fleet: sandbox marketplaces on this machine whose stores are connected like real ones.

# Stores at TikTok Shop, Shopee and Lazada.
demo_tiktok=12
demo_shopee=4
demo_lazada=4
demo_seed=7
# Time limits of the platform run so many times as fast, so that something happens while one looks.
demo_speed=60

# listens PORT: true when something answers on this machine's port.
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# wait_for PORT PID SECONDS: until the process listens; false when it ended or took too long.
wait_for() {
    local left=$(($3 * 10))
    while ! listens "$1"; do
        left=$((left - 1))
        if [ $left = 0 ] || ! kill -0 "$2" 2>/dev/null; then return 1; fi
        sleep 0.1
    done
}

run_up() {
    local data='' port=8780 demo=1 bin=build/release/bin sandbox_port last
    while [ $# -gt 0 ]; do
        case $1 in
            --data) data=${2-} && shift ;;
            --port) port=${2-} && shift ;;
            --empty) demo='' ;;
            *) fail "up does not know \"$1\"." "./run help lists its options." ;;
        esac
        shift || fail "An option of up lacks its value." "./run help lists the options."
    done
    [[ $port =~ ^[1-9][0-9]{2,4}$ ]] && [ "$port" -le 65000 ] || fail "\"$port\" is no port between 100 and 65000."
    sandbox_port=$((port + 100))
    for last in "$port" ${demo:+"$sandbox_port" "$((sandbox_port + 1))" "$((sandbox_port + 2))" "$((sandbox_port + 9))"}; do
        ! listens "$last" || fail "Something on this machine already uses port $last." "End it, or choose another: ./run up --port $((port + 1000))"
    done
    run_build

    children=()
    trap 'for child in "${children[@]}"; do kill "$child" 2>/dev/null || true; done; wait' EXIT
    trap 'exit 0' INT TERM
    local options=(--listen "127.0.0.1:$port")
    if [ "$demo" ]; then
        step "Demo fleet: $((demo_tiktok + demo_shopee + demo_lazada)) sandbox stores"
        mkdir -p build/log
        "$bin/stallward-sandbox" --listen "127.0.0.1:$sandbox_port" --seed "$demo_seed" --stores "$demo_tiktok" --shopee "$demo_shopee" --lazada "$demo_lazada" --speed "$demo_speed" --story daily >build/log/sandbox.log 2>&1 &
        children+=($!)
        wait_for "$((sandbox_port + 9))" $! 30 || {
            tail -n 20 build/log/sandbox.log
            fail "The sandbox marketplaces did not start." "build/log/sandbox.log says why."
        }
        options+=(--data "${data:-demo-data}" --demo "127.0.0.1:$((sandbox_port + 9))")
    else
        options+=(--data "${data:-data}")
    fi
    step "Stallward (Ctrl-C ends it; its log is build/log/server.log)"
    mkdir -p build/log
    "$bin/stallward" serve "${options[@]}" 2>build/log/server.log &
    children=($! "${children[@]}")
    wait "${children[0]}" || {
        last=$?
        tail -n 20 build/log/server.log
        fail "The server ended with status $last." "build/log/server.log says why."
    }
}

run_demo_shots() {
    [ $# = 0 ] || fail "demo-shots takes no option: $*"
    need_packages test
    run_build
    [ -f web/e2e/demo-shots.mjs ] || fail "There is nothing to take pictures of yet."
    step "Pictures"
    use_node
    node web/e2e/demo-shots.mjs
}
