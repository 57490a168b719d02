#!/usr/bin/env python3
"""F-2: the data folder's disk is full, again and again, while orders come in.

f2_disk_full.py --bin build/release/bin [--cycles 20] [--full-seconds 30]

The data folder is a tmpfs of 64 MiB, mounted in a mount namespace of the run's own, so that no mount stays behind. A machine that grants no such
namespace cannot do this run (exit status 77).
"""
import errno
import os
import subprocess
import sys
import time

import driver
import oracle

SIZE = "64m"
PROMISED_S = 10   # Working again after space is free.
BOUND_S = 60      # The same on a machine that does other work at the same time.
INSIDE = "STALLWARD_FAULTS_OWN_MOUNTS"
WAYS = (["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"])


def with_own_mounts():
    """Starts this program again where it may mount; returns its status."""
    for way in WAYS:
        try:
            if subprocess.run([*way, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, timeout=30, check=False).returncode == 0:
                return subprocess.run([*way, sys.executable, "-B", *sys.argv], env={**os.environ, INSIDE: "1"}, check=False).returncode
        except FileNotFoundError:
            break
    print("skipped: this machine grants no mount of a tmpfs (neither unshare --user --map-root-user --mount nor root)")
    return driver.SKIPPED


class Ballast:
    """What fills the disk."""

    def __init__(self, folder):
        self.path = folder / "ballast"

    def grow(self):
        """Takes what is free; returns the bytes it took."""
        took, block = 0, b"\0" * 65_536
        with open(self.path, "ab", buffering=0) as file:
            while True:
                try:
                    took += file.write(block)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    if len(block) == 4_096:
                        return took
                    block = b"\0" * 4_096

    def drop(self):
        self.path.unlink()


def failed_with_503(sandbox):
    return sum(entry.get("status") == 503 for entry in sandbox.tell("GET", "/ledger?kind=webhook&limit=200000")["entries"])


def cycle(given, sandbox, server, keep_filling):
    """One time full and free again. Returns (webhooks answered 503, seconds until it worked again)."""
    before = failed_with_503(sandbox)
    ballast = Ballast(server.data)
    sandbox.tell("POST", "/bursts", {"per_second": 25, "seconds": given.full_seconds + 2})
    time.sleep(0.5)
    ballast.grow()
    began, refused = time.monotonic(), False
    while time.monotonic() - began < given.full_seconds or not refused:
        if keep_filling:
            # The reserve that the server gives back is taken as well: nothing is left for anybody.
            ballast.grow()
        refused = refused or (not server.healthy() and failed_with_503(sandbox) > before)
        if not server.program.running():
            raise driver.Broken(f"the server ended with status {server.program.process.returncode} on a full disk")
        # Reading goes on: doctor asks the running server for its log, its inbox and its stores.
        if not server.doctor()["audit log"]["ok"]:
            raise driver.Broken("the audit log cannot be read while the disk is full")
        if time.monotonic() - began > given.full_seconds + 60:
            raise driver.Broken("the disk is full and nothing was answered 503")
        time.sleep(0.2)
    ballast.drop()
    freed = time.monotonic()
    driver.wait_for("healthy after space was freed", server.healthy, BOUND_S, every=0.05)
    return failed_with_503(sandbox) - before, time.monotonic() - freed


def look(given, folder):
    sandbox = server = None
    data = folder / "data"
    data.mkdir(mode=0o700)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=0700", "tmpfs", str(data)], check=True)
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, stores=2, speed=60)
        server = driver.Server(given.bin / "stallward", folder, data=data, demo=sandbox.control_port)
        server.start()
        driver.connected(sandbox, server)
        slowest = 0.0
        for number in range(given.cycles):
            keep_filling = number % 2 == 1
            refused, resumed = cycle(given, sandbox, server, keep_filling)
            slowest = max(slowest, resumed)
            print(f"cycle {number + 1}{', reserve taken too' if keep_filling else ''}: {refused} webhooks answered 503, "
                  f"worked again {resumed:.2f} s after space was freed", flush=True)
        driver.settle(sandbox, lambda: driver.inbox_of(server))
        server.stop()
        verdict = oracle.judge(sandbox, server)
        for line in verdict.lines():
            print(line)
        print(f"slowest return {slowest:.2f} s (promised {PROMISED_S} s), starts {len(server.starts)}; {driver.load()}")
        if not verdict.clean():
            raise driver.Broken("the comparison found losses, duplicates, damage or unfinished work")
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()
        subprocess.run(["umount", "--lazy", str(data)], check=False)


def main():
    given = driver.arguments(
        "a full disk",
        cycles={"type": int, "default": 3},
        full_seconds={"type": int, "default": 3, "help": "how long it stays full"})
    if INSIDE not in os.environ:
        return with_own_mounts()
    print(f"f2_disk_full: seed {given.seed}, {given.cycles} cycles, {given.full_seconds} s full, {driver.load()}", flush=True)
    with driver.folder_for("f2_disk_full", given.bin.parent) as folder:
        look(given, folder)
    print("passed")
    return 0


if __name__ == "__main__":
    driver.run(main)
