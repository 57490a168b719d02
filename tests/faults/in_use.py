#!/usr/bin/env python3
"""REL-11: a second server on the same data folder refuses to start with exit code 3, says why, and harms nothing.

in_use.py --bin build/release/bin
"""
import subprocess

import driver
import oracle

TRIES = 5


def second_start(server):
    command = list(server.command())
    command[command.index("--listen") + 1] = f"127.0.0.1:{driver.free_port()}"
    try:
        return subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=60, check=False)
    except subprocess.TimeoutExpired:
        raise driver.Broken("the second server runs on a folder that is in use") from None


def look(given, folder):
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, stores=2, speed=60)
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port)
        server.start()
        driver.connected(sandbox, server)
        sandbox.tell("POST", "/bursts", {"per_second": 30, "seconds": 4})
        for _ in range(TRIES):
            second = second_start(server)
            if second.returncode != 3:
                raise driver.Broken(f"exit code {second.returncode} instead of 3: {second.stderr[-300:]}")
            if str(server.data) not in second.stderr or "is used by another process" not in second.stderr:
                raise driver.Broken(f"no clear message: {second.stderr[-300:]}")
            if not server.healthy():
                raise driver.Broken("the first server does not answer any more")
        print(f"{TRIES} second starts: exit code 3, \"{second.stderr.strip().splitlines()[-1].replace(str(server.data), '…/data')}\"")
        driver.settle(sandbox, lambda: driver.inbox_of(server))
        server.stop()
        verdict = oracle.judge(sandbox, server)
        for line in verdict.lines():
            print(line)
        if not verdict.clean():
            raise driver.Broken("the second server did harm")
        # The lock is the process's, not the file's.
        server.start()
        server.kill()
        print(f"after kill -9 it starts again: {server.start():.2f} s")
        server.stop()
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    given = driver.arguments("two servers on one folder")
    print(f"in_use: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("in_use", given.bin.parent) as folder:
        look(given, folder)
    print("passed")
    return 0


if __name__ == "__main__":
    driver.run(main)
