#!/usr/bin/env bash
# Lets a Shopee client that was not written here speak to the sandbox, unchanged.
#
#   tests/third_party/shopee.sh [FOLDER-OF-STALLWARD-SANDBOX]      (default: build/release/bin)
#
# The client comes from npm at this moment, into a folder that is deleted again. It runs in a network of its own, where nothing but
# this machine exists; its addresses can be configured.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bin=$(readlink -f "${1:-$here/../../build/release/bin}")/stallward-sandbox
client=@congminh1254/shopee-sdk@2.7.0

if [ "${2-}" != inside ]; then
    [ -x "$bin" ] || { echo "there is no $bin; build it first" >&2 && exit 1; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && printf '{"private":true}' >package.json && npm install --ignore-scripts --no-audit --no-fund --save-exact "$client" >npm.log 2>&1) || { cat "$work/npm.log" >&2 && exit 1; }
    cp "$here/shopee_client.mjs" "$work/"
    unshare --user --map-root-user --net bash "$0" "$(dirname "$bin")" inside "$work"
    exit
fi

work=$3
ip link set lo up
"$bin" --listen 127.0.0.1:8600 --seed 11 --stores 1 --shopee 4 >"$work/sandbox.json" &
sandbox=$!
trap 'kill $sandbox 2>/dev/null || true' EXIT
for ((i = 0; i < 100; i++)); do
    if [ -s "$work/sandbox.json" ]; then break; fi
    sleep 0.1
done
cd "$work"
node shopee_client.mjs "$work/sandbox.json"
