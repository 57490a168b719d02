# shellcheck shell=bash
# What a person sees of each step. Long output goes to build/log/NAME.log; the screen shows the step, its time and its last line.

began_all=$SECONDS # read by the summary of the tests

step() { printf '== %s\n' "$*"; }
note() { printf '   %s\n' "$*"; }

# fail WHAT [NEXT]: says what went wrong and what to do, and ends the run.
fail() {
    printf '\nrun: %s\n' "$1" >&2
    [ -z "${2-}" ] || printf '     %s\n' "$2" >&2
    exit 1
}

# Runs in the background beside a long command: on a terminal its last line each second, elsewhere a sign of life each minute.
ticker() {
    local title=$1 log=$2 seconds=0 last width
    while sleep 1 && kill -0 $$ 2>/dev/null; do
        seconds=$((seconds + 1))
        last=$(tail -c 400 "$log" 2>/dev/null | tr '\r' '\n' | tail -n 1)
        if [ -t 1 ]; then
            width=$(stty size </dev/tty 2>/dev/null | cut -d' ' -f2)
            printf '\r\033[K%.*s' "$((${width:-80} - 1))" "   $title: $seconds s  $last"
        elif [ $((seconds % 60)) = 0 ]; then
            note "$title: $seconds s  ${last:0:120}"
        fi
    done
}

# logged TITLE NAME COMMAND…: runs the command with its output in build/log/NAME.log; returns its status. On failure the end of the log is shown.
# The command must be a program: `set -e` does not hold inside a shell function that is called here.
logged() {
    local title=$1 log=build/log/$2.log began=$SECONDS status=0 beside
    shift 2
    mkdir -p build/log
    : >"$log"
    ticker "$title" "$log" &
    beside=$!
    "$@" >"$log" 2>&1 </dev/null || status=$?
    kill "$beside" 2>/dev/null
    wait "$beside" 2>/dev/null || true
    [ ! -t 1 ] || printf '\r\033[K'
    if [ $status = 0 ]; then
        note "$title: done in $((SECONDS - began)) s"
    else
        note "$title: FAILED after $((SECONDS - began)) s (status $status); the end of $log:"
        tail -n 40 "$log" | sed 's/^/   | /'
    fi
    return $status
}

# stamped NAME HASH: true when step NAME was finished for exactly this HASH.
stamped() { [ "$(cat "build/stamps/$1" 2>/dev/null)" = "$2" ]; }
stamp() {
    mkdir -p build/stamps
    printf '%s\n' "$2" >"build/stamps/$1"
}

# need_disk FOLDER MB WHY: ends the run when the disk that holds FOLDER has less free.
need_disk() {
    local free
    free=$(df --output=avail -BM "$1" | tail -n 1 | tr -dc 0-9)
    [ "$free" -ge "$2" ] || fail "$3 needs about $2 MB on the disk of $1, and $free MB are free." "Make room there, then start the same command again; finished steps are not repeated."
}
