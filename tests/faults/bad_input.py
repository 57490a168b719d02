#!/usr/bin/env python3
"""Bad webhooks and bad requests, byte by byte, while good orders come in: the documented answers, a living server, nothing lost.

bad_input.py --bin build/release/bin
"""
import contextlib
import hashlib
import hmac
import json
import socket
import time

import driver
import oracle

LARGEST = 256 << 10  # API-2: bytes of a webhook
ROUNDS = 3


def sign(sandbox, body):
    return hmac.new(sandbox.app_secret.encode(), sandbox.app_key.encode() + body, hashlib.sha256).hexdigest()


def post(body, *headers, length=None):
    head = ["POST /hooks/tiktok_shop HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json", *headers,
            f"Content-Length: {len(body) if length is None else length}"]
    return "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body


def raw(*lines, body=b""):
    return "\r\n".join(["POST /hooks/tiktok_shop HTTP/1.1", *lines, "", ""]).encode("latin-1") + body


def send(port, data):
    """The statuses of all answers on one connection, until the server closes it or is silent for long."""
    answer = b""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.settimeout(10)
        with contextlib.suppress(ConnectionError):
            connection.sendall(data)
        # What is refused closes the connection; what is answered leaves it open, and this ends it.
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError, TimeoutError):
            while part := connection.recv(65_536):
                answer += part
    return [int(line.split(b" ")[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]


def note(shop, order, **changed):
    return {"type": 1, "tts_notification_id": "1", "shop_id": shop, "timestamp": int(time.time()),
            "data": {"is_on_hold_order": False, "order_id": order, "order_status": "UNPAID", "update_time": int(time.time())}} | changed


def cases(sandbox, shop, order, round_number):
    """(name, bytes, statuses, body that is kept or None)"""
    def signed(name, body, statuses=(200,), kept=True):
        return name, post(body, f"Authorization: {sign(sandbox, body)}"), list(statuses), body if kept else None

    def text(**changed):
        return json.dumps(note(shop, order, **changed)).encode()

    good = text()
    large = json.dumps(note(shop, order, filling="x" * LARGEST)).encode()
    mark = str(round_number).encode()
    chunked_large = b"".join(b"%x\r\n%s\r\n" % (len(large[i:i + 8192]), large[i:i + 8192]) for i in range(0, len(large), 8192)) + b"0\r\n\r\n"
    other = hmac.new(b"not the secret", sandbox.app_key.encode() + good, hashlib.sha256).hexdigest()
    next_request = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    return [
        signed("larger than allowed", large, [413], kept=False),
        ("larger than allowed, said only", post(b"", f"Authorization: {sign(sandbox, good)}", length=1 << 40), [413], None),
        ("larger than allowed, in chunks",
         raw("Host: a", f"Authorization: {sign(sandbox, large)}", "Transfer-Encoding: chunked", body=chunked_large), [413], None),
        ("no signature", post(good), [401], None),
        ("empty signature", post(good, "Authorization:"), [401], None),
        ("another secret's signature", post(good, f"Authorization: {other}"), [401], None),
        ("signature of another body", post(good + b" ", f"Authorization: {sign(sandbox, good)}"), [401], None),
        ("signature cut short", post(good, f"Authorization: {sign(sandbox, good)[:-1]}"), [401], None),
        ("signature in other letters", post(good, "Authorization: \xe0\xb8\x81" + sign(sandbox, good)), [401], None),
        signed("no JSON", b"{\"type\":1," + mark),
        signed("no text", b"\xff\xfe\x00" + mark),
        signed("deep", b"[" * 50_000 + mark),
        signed("a number where an object belongs", b"[" + mark + b"]"),
        signed("nothing", b"", kept=round_number == 0),
        signed("a type that nobody knows", text(type=9_999, tts_notification_id=f"5{round_number}")),
        signed("a shop that nobody knows", text(shop_id="1", tts_notification_id=f"6{round_number}")),
        signed("an id of the wrong kind", text(tts_notification_id=[round_number])),
        signed("a day old", text(timestamp=int(time.time()) - 86_400), [401], kept=False),
        ("no such marketplace", b"POST /hooks/nowhere HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", [404], None),
        ("read instead of sent", b"GET /hooks/tiktok_shop HTTP/1.1\r\nHost: a\r\n\r\n", [405], None),
        # Each hides a second request, which must not be answered.
        ("length and chunked", raw("Host: a", "Content-Length: 4", "Transfer-Encoding: chunked", body=b"0\r\n\r\n" + next_request), [400], None),
        ("two lengths", raw("Host: a", "Content-Length: 0", "Content-Length: 44", body=next_request), [400], None),
        ("length as list", raw("Host: a", "Content-Length: 0, 44", body=next_request), [400], None),
        ("length with sign", raw("Host: a", "Content-Length: +0", body=next_request), [400], None),
        ("folded header", raw("Host: a", "X-A: b", " Transfer-Encoding: chunked", "Content-Length: 0", body=next_request), [400], None),
        ("blank before the colon", raw("Host: a", "Content-Length : 44", body=next_request), [400], None),
        ("two hosts", raw("Host: a", "Host: b", "Content-Length: 0", body=next_request), [400], None),
        ("odd transfer coding", raw("Host: a", "Transfer-Encoding: xchunked", body=b"0\r\n\r\n" + next_request), [501], None),
        ("two transfer codings", raw("Host: a", "Transfer-Encoding: chunked, identity", body=b"0\r\n\r\n" + next_request), [501], None),
        ("chunk size that is none", raw("Host: a", "Transfer-Encoding: chunked", body=b"zz\r\n" + next_request), [400], None),
        ("zero byte in a header", raw("Host: a", "X-A: b\0c", "Content-Length: 0", body=next_request), [400], None),
        ("headers without end", raw("Host: a", *[f"X-{i}: {'y' * 1000}" for i in range(40)], body=next_request), [431], None),
        ("noise", bytes(range(256)) * 8 + b"\r\n\r\n", [400], None),
    ]


def look(given, folder):
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, stores=2, speed=60)
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port)
        server.start()
        driver.connected(sandbox, server)
        # An order that the marketplace knows: about one that it does not, the server asks again for an hour.
        shop, order = next((known["shop"], known["id"]) for known in sandbox.orders())
        kept, wrong, sent = {}, [], 0
        sandbox.tell("POST", "/bursts", {"per_second": 20, "seconds": 5})
        for number in range(ROUNDS):
            for name, data, statuses, body in cases(sandbox, shop, order, number):
                answered = send(server.port, data)
                sent += 1
                if answered != statuses:
                    wrong.append(f"{name}: answered {answered}, expected {statuses}")
                if body is not None:
                    kept[hashlib.sha256(body).hexdigest()] = body
                if not server.program.running():
                    raise driver.Broken(f"{name}: the server ended with status {server.program.process.returncode}")
        print(f"{sent} bad requests in {ROUNDS} rounds, {len(wrong)} answered otherwise than documented, {len(kept)} rightly signed and kept")
        for line in wrong:
            print(f"  {line}")
        driver.settle(sandbox, lambda: driver.inbox_of(server))
        server.stop()
        verdict = oracle.judge(sandbox, server, besides=[oracle.key_of(body) for body in kept.values()])
        for line in verdict.lines():
            print(line)
        if wrong or not verdict.clean():
            raise driver.Broken("bad input was answered wrongly, or did harm")
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    given = driver.arguments("bad webhooks and bad requests")
    print(f"bad_input: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("bad_input", given.bin.parent) as folder:
        look(given, folder)
    print("passed")
    return 0


if __name__ == "__main__":
    driver.run(main)
