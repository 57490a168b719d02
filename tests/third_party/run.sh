#!/usr/bin/env bash
# Lets a TikTok Shop client that was not written here speak to the sandbox, unchanged down to its host names.
#
#   tests/third_party/run.sh [FOLDER-OF-STALLWARD-SANDBOX]      (default: build/release/bin)
#
# The client comes from npm at this moment, into a folder that is deleted again. It runs in a network of its own, where nothing but
# this machine exists, the platform's names mean 127.0.0.1, and a throw-away certificate stands before the sandbox.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bin=$(readlink -f "${1:-$here/../../build/release/bin}")/stallward-sandbox
client=tiktok-shop-sdk@1.0.3

if [ "${2-}" != inside ]; then
    [ -x "$bin" ] || { echo "there is no $bin; build it first" >&2 && exit 1; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && printf '{"private":true}' >package.json && npm install --ignore-scripts --no-audit --no-fund --save-exact "$client" >npm.log 2>&1) || { cat "$work/npm.log" >&2 && exit 1; }
    cp "$here/client.cjs" "$here/tls_front.cjs" "$work/"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sandbox -keyout "$work/key.pem" -out "$work/cert.pem" \
        -addext "subjectAltName=DNS:open-api.tiktokglobalshop.com,DNS:auth.tiktok-shops.com,DNS:services.tiktokshop.com" 2>/dev/null
    unshare --user --map-root-user --net --mount bash "$0" "$(dirname "$bin")" inside "$work"
    exit
fi

work=$3
ip link set lo up
printf '127.0.0.1 localhost open-api.tiktokglobalshop.com auth.tiktok-shops.com services.tiktokshop.com\n' >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts
"$bin" --listen 127.0.0.1:8600 --seed 11 --stores 12 --redirect https://console.example/oauth/tiktok/callback >"$work/sandbox.json" &
sandbox=$!
node "$work/tls_front.cjs" "$work" 443 8600 &
front=$!
trap 'kill $sandbox $front 2>/dev/null || true' EXIT
for ((i = 0; i < 100; i++)); do
    if [ -s "$work/sandbox.json" ] && [ -f "$work/front.ready" ]; then break; fi
    sleep 0.1
done
cd "$work"
NODE_EXTRA_CA_CERTS="$work/cert.pem" node client.cjs "$work/sandbox.json"
