#!/usr/bin/env python3
"""How long a webhook waits for its answer, over HTTP, signed, 500 a second: alone, and while a large file of orders is imported.

webhook.py [--bin build/release/bin] [--rate 500] [--rows 120000] [--quiet-s 10]

Starts the release's server and the sandbox on a data folder of its own in the build folder. A webhook's time counts from the moment at which
it was due, so that one late answer does not hide those behind it. To hold (8.2): p99 <= 50 ms at 500/s, never over 500 ms.
"""
import hashlib
import hmac
import http.client
import json
import multiprocessing
import os
import pathlib
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tests" / "faults"))
import driver  # noqa: E402
import oracle  # noqa: E402

STORES = 20
HISTORY = 50  # Orders that each store has; the webhooks tell of them again.
PROCESSES, CONNECTIONS = 2, 16
P99_MS, LONGEST_MS = 50, 500


def send(port, secret, key, orders, due, number, seed, answers):
    """One connection: each webhook at its time, or at once when that has passed."""
    chance = random.Random(seed)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for at in due:
        order = chance.choice(orders)
        number += 1
        body = json.dumps({"type": 1, "tts_notification_id": str(number), "shop_id": order["shop"], "timestamp": int(time.time()),
                           "data": {"is_on_hold_order": False, "order_id": order["id"], "order_status": order["status"],
                                    "update_time": order["update_time"]}, "filling": "x" * 700}).encode()
        headers = {"Content-Type": "application/json", "Authorization": hmac.new(secret, key + body, hashlib.sha256).hexdigest()}
        time.sleep(max(0.0, at - time.monotonic()))
        try:
            connection.request("POST", "/hooks/tiktok_shop", body, headers)
            answer = connection.getresponse()
            answer.read()
            answers.append((at, time.monotonic() - at, answer.status))
        except OSError:
            answers.append((at, time.monotonic() - at, 0))
            connection.close()


def many(port, secret, key, orders, rate, start, end, first, seed, out):
    """The share of one process: its connections take turns."""
    answers, threads = [], []
    step = 1 / rate
    for n in range(CONNECTIONS):
        due = []
        at = start + n * step
        while at < end:
            due.append(at)
            at += step * CONNECTIONS
        threads.append(threading.Thread(target=send, args=(port, secret, key, orders, due, first + n * 10_000_000, seed + n, answers)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put(answers)


class Load:
    """Webhooks for a while, from processes of their own."""

    def __init__(self, given, sandbox, server, orders):
        self.given, self.sandbox, self.server, self.orders, self.runs = given, sandbox, server, orders, 0

    def run(self, seconds, beside=None):
        """All answers as (due, seconds, status); `beside` runs meanwhile, and the load goes on until it has ended."""
        out, answers = multiprocessing.Queue(), []
        stop = False
        worker = threading.Thread(target=beside) if beside else None
        if worker:
            worker.start()
        while not stop:
            start = time.monotonic() + 0.5
            parts = []
            for n in range(PROCESSES):
                self.runs += 1
                parts.append(multiprocessing.Process(target=many, args=(
                    self.server.port, self.sandbox.app_secret.encode(), self.sandbox.app_key.encode(), self.orders, self.given.rate / PROCESSES,
                    start + n / self.given.rate, start + seconds, self.runs * 1_000_000_000, self.given.seed + self.runs * 100, out)))
            for part in parts:
                part.start()
            for part in parts:
                answers += out.get()
            for part in parts:
                part.join()
            stop = not worker or not worker.is_alive()
        return answers


def figures(name, answers):
    times = sorted(1_000 * took for _, took, _ in answers)
    bad = sum(status != 200 for _, _, status in answers)
    at = lambda share: times[min(len(times) - 1, int(share * len(times)))]  # noqa: E731
    held = at(0.99) <= P99_MS and times[-1] <= LONGEST_MS
    print(f"{name:28} {len(times):8} {bad:6} {at(0.5):9.2f} {at(0.99):9.2f} {at(0.999):9.2f} {times[-1]:9.2f}  {'held' if held else 'NOT HELD'}", flush=True)


def write_orders(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        file.write("Order ID,Order Status,Order Substatus,SKU ID,Product Name,Quantity,Order Amount,Created Time,Paid Time,Buyer Username,Phone #\n")
        for n in range(rows):
            file.write(f"{580_000_000_000_000_000 + n},To ship,Awaiting shipment,{1_729_000_000 + n % 700},\"Ceramic cup with lid, 350 ml\",1,"
                       f"\"THB {200 + n % 900}.00\",{1 + n % 28:02}/0{1 + n % 9}/2026 10:{n % 60:02}:30,{1 + n % 28:02}/0{1 + n % 9}/2026 10:{n % 60:02}:59,"
                       f"buyer{n % 5_000},+66 81 234 {n % 10_000:04}\n")
    return path.stat().st_size


def look(given, folder):
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, STORES, speed=60, history=HISTORY)
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port)
        server.start()
        driver.connected(sandbox, server)
        orders = sandbox.orders()
        tables = oracle.Files(server.data)
        driver.wait_for("all orders are read", lambda: tables.rows("SELECT count(*) FROM orders")[0][0] >= len(orders), 120)
        size = write_orders(folder / "orders.csv", given.rows)
        print(f"{'webhooks, ' + str(given.rate) + '/s':28} {'answers':>8} {'not 200':>6} {'p50 ms':>9} {'p99 ms':>9} {'p99.9 ms':>9} {'max ms':>9}")
        load = Load(given, sandbox, server, orders)
        figures("alone", load.run(given.quiet_s))
        done = {}

        def imported():
            began = time.monotonic()
            answer = subprocess.run([given.bin / "stallward", "import", "orders", "--data", server.data, "--store", "s_1", folder / "orders.csv"],
                                    capture_output=True, text=True, timeout=1_800, check=False)
            done.update(seconds=time.monotonic() - began, status=answer.returncode, said=(answer.stdout + answer.stderr).strip().splitlines()[-1:])

        figures(f"importing {given.rows} rows", load.run(given.quiet_s, imported))
        if done.get("status") != 0:
            raise driver.Broken(f"the import failed: {done}")
        print(f"import: {size / 1e6:.1f} MB, {given.rows / done['seconds']:.0f} rows/s (preview and apply), {done['said'][0]}")
        print(f"{driver.load()}; the senders need about a fifth of a core themselves")
        server.stop()
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    if "--bin" not in sys.argv:
        # As ./run bench calls it: a link beside the programs.
        sys.argv += ["--bin", str(pathlib.Path(sys.argv[0]).absolute().parent)]
    given = driver.arguments("webhooks while orders are imported", rate={"type": int, "default": 500}, rows={"type": int, "default": 120_000},
                             quiet_s={"type": float, "default": 10})
    print(f"bench_webhook: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("bench_webhook", given.bin.parent) as folder:
        look(given, folder)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    driver.run(main)
