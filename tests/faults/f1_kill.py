#!/usr/bin/env python3
"""F-1: kills the server again and again while orders pour in, and compares afterwards.

f1_kill.py --bin build/release/bin [--kills 200] [--strict]
f1_kill.py --bin build/release/bin --server build/release/mutants/stallward-mutant-early --expect-failure lost
"""
import pathlib
import random
import time

import driver
import oracle

STORES = 4
PER_SECOND = 250   # Orders, while a burst lasts; more than half of level M's burst, on stores that are a twelfth of it.
BURST_S = 0.6      # Goes on after the kill, so that webhooks meet a dead server and come again.
PROMISED_S = 5     # REL-5: from the start to the first yes of /healthz.
BOUND_S = 30       # The same on a machine that does other work at the same time.


def one_run(given, folder, seed):
    chance = random.Random(seed)
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", seed, STORES, speed=60)
        # One in ten is sent twice, as marketplaces do.
        sandbox.tell("PUT", "/faults", {"webhooks": [{"kind": "duplicate", "type": 1, "share": 0.1, "copies": 1, "delay_s": 1}]})
        server = driver.Server(given.server or given.bin / "stallward", folder, demo=sandbox.control_port)
        server.start()
        driver.connected(sandbox, server)
        for _ in range(given.kills):
            sandbox.tell("POST", "/bursts", {"per_second": PER_SECOND, "seconds": BURST_S})
            time.sleep(chance.uniform(0.030, 0.500))
            server.kill()
            server.start()
        orders = STORES * 5
        driver.wait_for("the last burst", lambda: sandbox.tell("GET", "/")["orders"] >= orders + given.kills, 30)
        driver.settle(sandbox, lambda: driver.inbox_of(server), 120 + 3 * given.kills)
        server.stop()
        verdict = oracle.judge(sandbox, server)
        orphans = server.left_behind()
        if orphans:
            verdict.damaged.append(f"processes that outlived their server: {orphans}")
        return verdict, server.starts
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    given = driver.arguments(
        "kill -9 while orders pour in",
        kills={"type": int, "default": 10},
        server={"type": pathlib.Path, "help": "the server to break, when it is not stallward"},
        expect_failure={"choices": ["lost", "duplicates"], "help": "the server is faulty: fail unless this is found"},
        strict={"action": "store_true", "help": f"every start has to take at most {PROMISED_S} s, on a machine that does nothing else"})
    if given.server:
        given.server = given.server.resolve()
    # A faulty server gets a second and a third chance to be caught, since its window is a few milliseconds.
    for seed in range(given.seed, given.seed + (3 if given.expect_failure else 1)):
        print(f"f1_kill: seed {seed}, {given.kills} kills, {driver.load()}", flush=True)
        with driver.folder_for("f1_kill", given.bin.parent) as folder:
            verdict, starts = one_run(given, folder, seed)
            for line in verdict.lines():
                print(line)
            late = [start for start in starts if start > PROMISED_S]
            print(f"starts: {len(starts)}, slowest {max(starts):.2f} s, median {sorted(starts)[len(starts) // 2]:.2f} s, "
                  f"over {PROMISED_S} s: {len(late)}; {driver.load()}", flush=True)
            if given.expect_failure:
                if getattr(verdict, given.expect_failure):
                    print("passed: the fault was found")
                    return 0
                continue
            if not verdict.clean():
                raise driver.Broken("the comparison found losses, duplicates, damage or unfinished work")
            limit = PROMISED_S if given.strict else BOUND_S
            if max(starts) > limit:
                raise driver.Broken(f"a start took {max(starts):.2f} s, at most {limit} s are allowed")
            print("passed")
            return 0
    raise driver.Broken("this server is faulty, and nothing was found: the comparison is blind")


if __name__ == "__main__":
    driver.run(main)
