#!/usr/bin/env python3
"""F-4: the wall clock of the server jumps while orders come in, also while the server is down; the marketplace's clock does not.

f4_clock.py --bin build/release/bin [--rounds 3]

The clock is moved from outside, by libfaketime; the server has nothing for it. Three of ten webhooks are lost, so that polls, which wait
for a time, have to bring those orders.
"""
import contextlib
import pathlib
import random
import time

import driver
import oracle

STORES = 4
PER_SECOND = 100
BURST_S = 0.5
HOUR, DAY = 3_600, 86_400
# Back an hour, forward an hour, back three days, forward two, back to where it was. Never ahead of the marketplace's
# for longer than a burst: right after connecting polls are 15 s apart, and an hour later minutes.
JUMPS = (-HOUR, 0, -3 * DAY, -DAY, 0)
WHILE_DOWN = -3 * DAY
NOTICED_S = 60
POLLED_S = 60  # A poll each 15 s, and its tries.


def library():
    for path in sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1")):
        return path
    return None


class Clock:
    """Where the server's wall clock is, in seconds from the true one."""

    def __init__(self, folder):
        self.file = folder / "clock"
        self.set(0)

    def set(self, seconds):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}s\n")
        fresh.replace(self.file)
        self.now = seconds

    def environment(self):
        return {"LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.file), "FAKETIME_CACHE_DURATION": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_DONT_RESET": "1"}


def orders_there(server):
    return oracle.Files(server.data).rows("SELECT count(*) FROM orders")[0][0]


def behind(sandbox, server):
    """Orders that are not as the marketplace has them: what a lost webhook told is there only after the next poll."""
    verdict = oracle.Verdict()
    oracle.check_orders(oracle.Files(server.data), sandbox.orders(), verdict)
    return verdict.lost


def jumps_seen(server):
    return [line["seconds"] for line in server.said() if line.get("event") == "clock.jumped"]


def look(given, folder):
    chance = random.Random(given.seed)
    clock = Clock(folder)
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, STORES, speed=60)
        sandbox.tell("PUT", "/faults", {"webhooks": [{"kind": "duplicate", "type": 1, "share": 0.2, "copies": 2, "delay_s": 240},
                                                     {"kind": "drop", "type": 1, "share": 0.3}]})
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port, environment=clock.environment())
        server.start()
        driver.connected(sandbox, server)

        def jump(to):
            """Moves the clock and waits until the server saw it: it looks each second, and later on a busy machine."""
            before = len(jumps_seen(server))
            clock.set(to)
            driver.wait_for(f"notice of the jump to {to:+d} s", lambda: len(jumps_seen(server)) > before, NOTICED_S)

        def burst():
            sandbox.tell("POST", "/bursts", {"per_second": PER_SECOND, "seconds": BURST_S})
            time.sleep(chance.uniform(0.1, BURST_S))

        def all_there(when):
            wanted = len(sandbox.orders())
            began = time.monotonic()
            driver.wait_for(f"all orders {when}", lambda: orders_there(server) >= wanted, POLLED_S)
            print(f"{when}: all {wanted} orders there after {time.monotonic() - began:.1f} s", flush=True)

        for number in range(given.rounds):
            for to in JUMPS:
                burst()
                jump(to)
            burst()
            server.kill()
            clock.set(WHILE_DOWN)
            server.start()
            time.sleep(BURST_S)
            all_there("after a start three days earlier")
            burst()
            jump(0)
        all_there("at the right time again")
        driver.settle(sandbox, lambda: driver.inbox_of(server))
        # Settling moves the marketplace's clock on, and with it orders whose webhooks may be lost. What is never polled is found below.
        with contextlib.suppress(driver.Broken):
            driver.wait_for("polls of the last changes", lambda: not behind(sandbox, server), 2 * POLLED_S, every=1)
        seen = jumps_seen(server)
        server.stop()
        verdict = oracle.judge(sandbox, server)
        for line in verdict.lines():
            print(line)
        print(f"jumps that the server noticed, in seconds: {seen}")
        if not verdict.clean():
            raise driver.Broken("the comparison found losses, duplicates, damage or unfinished work")
        for wanted in (-HOUR, HOUR, -3 * DAY):
            if not any(abs(wanted - step) < 30 for step in seen):
                raise driver.Broken(f"a jump of {wanted} s was not noticed: did the clock move at all?")
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    given = driver.arguments("jumps of the wall clock", rounds={"type": int, "default": 1})
    if library() is None:
        print("skipped: libfaketime is not installed")
        return driver.SKIPPED
    print(f"f4_clock: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("f4_clock", given.bin.parent) as folder:
        look(given, folder)
    print("passed")
    return 0


if __name__ == "__main__":
    driver.run(main)
