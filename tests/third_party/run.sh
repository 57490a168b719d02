#!/usr/bin/env bash
# Lets clients of TikTok Shop and Lazada that were not written here speak to the sandbox, unchanged down to their host names.
#
#   tests/third_party/run.sh [FOLDER-OF-STALLWARD-SANDBOX]      (default: build/release/bin)
#
# The clients come from npm at this moment, into a folder that is deleted again. They run in a network of its own, where nothing but
# this machine exists, the platforms' names mean 127.0.0.1 and 127.0.0.2, and a throw-away certificate stands before the sandbox.
set -euo pipefail
here=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
bin=$(readlink -f "${1:-$here/../../build/release/bin}")/stallward-sandbox
clients=(tiktok-shop-sdk@1.0.3 lazada-open-platform-sdk@2.0.0-0)
lazada='auth.lazada.com api.lazada.sg api.lazada.com.my api.lazada.co.th api.lazada.vn api.lazada.com.ph api.lazada.co.id'

if [ "${2-}" != inside ]; then
    [ -x "$bin" ] || { echo "there is no $bin; build it first" >&2 && exit 1; }
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    (cd "$work" && printf '{"private":true}' >package.json && npm install --ignore-scripts --no-audit --no-fund --save-exact "${clients[@]}" >npm.log 2>&1) || { cat "$work/npm.log" >&2 && exit 1; }
    cp "$here/client.cjs" "$here/lazada_client.cjs" "$here/tls_front.cjs" "$work/"
    openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=sandbox -keyout "$work/key.pem" -out "$work/cert.pem" \
        -addext "subjectAltName=DNS:open-api.tiktokglobalshop.com,DNS:auth.tiktok-shops.com,DNS:services.tiktokshop.com,DNS:${lazada// /,DNS:}" 2>/dev/null
    unshare --user --map-root-user --net --mount bash "$0" "$(dirname "$bin")" inside "$work"
    exit
fi

work=$3
ip link set lo up
printf '127.0.0.1 localhost open-api.tiktokglobalshop.com auth.tiktok-shops.com services.tiktokshop.com\n127.0.0.2 %s\n' "$lazada" >"$work/hosts"
mount --bind "$work/hosts" /etc/hosts
"$bin" --listen 127.0.0.1:8600 --seed 11 --stores 12 --redirect https://console.example/oauth/tiktok/callback \
    --lazada 5 --lazada-redirect https://console.example/oauth/lazada/callback >"$work/sandbox.json" &
sandbox=$!
node "$work/tls_front.cjs" "$work" 127.0.0.1 8600 &
front=$!
node "$work/tls_front.cjs" "$work" 127.0.0.2 8602 &
lazada_front=$!
trap 'kill $sandbox $front $lazada_front 2>/dev/null || true' EXIT
for ((i = 0; i < 100; i++)); do
    if [ -s "$work/sandbox.json" ] && [ -f "$work/127.0.0.1.ready" ] && [ -f "$work/127.0.0.2.ready" ]; then break; fi
    sleep 0.1
done
cd "$work"
NODE_EXTRA_CA_CERTS="$work/cert.pem" node client.cjs "$work/sandbox.json"
NODE_EXTRA_CA_CERTS="$work/cert.pem" node lazada_client.cjs "$work/sandbox.json"
