# shellcheck shell=bash
# The console: the pinned Node (Debian 12's own is too old for Vite; npm delivers it, see tools/node), its packages and its build.

hash_of() { sha256sum "$@" | sha256sum | cut -d' ' -f1; }

# use_node: puts the pinned node and npm in front of PATH, fetching them first when they are not there.
use_node() {
    local machine hash
    case $(uname -m) in
        x86_64) machine=x64 ;;
        aarch64) machine=arm64 ;;
        *) fail "The console is built with a Node that exists for x86_64 and aarch64; this machine is $(uname -m)." ;;
    esac
    hash=$(hash_of tools/node/package-lock.json)
    local folder=$PWD/tools/node/node_modules/node-linux-$machine/bin
    if ! stamped "node-$machine" "$hash" || ! "$folder/node" --version >/dev/null 2>&1; then
        command -v npm >/dev/null || fail "npm is missing; it fetches the Node that builds the console." "Install nodejs and npm of your system, then start again."
        need_disk . 300 "Node"
        logged "fetching Node (52 MB)" node npm ci --prefix tools/node --ignore-scripts --no-audit --no-fund ||
            fail "npm could not fetch Node." "Check the network (and npm's proxy settings), then start again."
        # A package of the wrong machine, or one that could not be fetched, is no error for npm: so try it.
        "$folder/node" --version >/dev/null 2>&1 || fail "The fetched Node does not run: $folder/node" "Remove tools/node/node_modules and start again; build/log/node.log has npm's words."
        stamp "node-$machine" "$hash"
    fi
    export PATH="$folder:$PWD/tools/node/node_modules/.bin:$PATH"
}

web_files() { find web api -type d \( -name node_modules -o -name 'dist*' -o -name test-results \) -prune -o -type f ! -path web/src/api/schema.d.ts -print | sort; }

# build_web: web/dist, made anew when a file of it changed. Leaves the pinned Node in PATH.
build_web() {
    step "Console"
    use_node
    local hash
    hash=$(hash_of web/package-lock.json tools/node/package-lock.json)
    if ! stamped web-packages "$hash" || [ ! -d web/node_modules ]; then
        need_disk . 600 "The console's packages"
        logged "fetching the console's packages" web-packages npm ci --prefix web --ignore-scripts --no-audit --no-fund ||
            fail "npm could not fetch the console's packages." "Check the network (and npm's proxy settings), then start again."
        stamp web-packages "$hash"
    fi
    hash=$(web_files | xargs -d '\n' sha256sum | sha256sum | cut -d' ' -f1)
    if ! stamped web-build "$hash" || [ ! -f web/dist/index.html ]; then
        logged "building the console" web-build npm run --prefix web build || fail "The console could not be built." "build/log/web-build.log says why."
        stamp web-build "$hash"
    fi
}
