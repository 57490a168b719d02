#!/usr/bin/env python3
"""What the real server takes: time from its start until it answers, and memory of its whole process tree.

process.py [--bin build/release/bin] [--part starts|kill|memory|all] [--starts 7] [--data FOLDER] [--stores 300] [--minutes 2] [--rate 200]

starts: on an empty folder, beside the same tables made by SQLite alone in as many transactions; again on the folder that is there; and after
a kill -9 in the middle of writing webhooks. --data FOLDER starts on a folder that holds data (one of bench_db_list, for instance),
killed and started again; nothing is deleted from it. memory: idle, then with all stores of a sandbox connected while webhooks and polls come in. Memory is
PSS, which only an administrator may read of this server; others get RSS, which counts shared pages once for each process.

To hold: ready in 0.3 s empty, 5 s with 5 GB; 40 MB idle, 512 MB with 300 stores under load, growth below 1 MiB an hour.
"""
import os
import pathlib
import signal
import sqlite3
import statistics
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HERE / "tests" / "faults"), str(HERE / "bench" / "webhook")]
import driver  # noqa: E402
import webhook  # noqa: E402

FAKE_KEK = "1\n" + "6b" * 32 + "\n"  # base::FakeKeySource: what the benchmarks of bench/db seal with.
READY_S, READY_BIG_S, IDLE_MB, LOAD_MB = 0.3, 5, 40, 512


def memory_of(program):
    """(megabytes of the process tree, "PSS" or "RSS")."""
    kilobytes, kind = 0, "PSS"
    for pid in driver.members_of(program.process.pid):
        try:
            text = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:"))
        except PermissionError:
            kind = "RSS"
            kilobytes += int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
        except (FileNotFoundError, ProcessLookupError, StopIteration):
            continue  # Ended meanwhile.
    return kilobytes * 1024 / 1e6, kind


def started(server):
    """Seconds from its start until /healthz says yes, asked every millisecond."""
    began = time.monotonic()
    server.program = driver.Program(server.command(), server.log, server.environment)
    server.groups.append(server.program)

    def up():
        if not server.program.running():
            raise driver.Broken(f"the server ended with status {server.program.process.returncode}, see {server.log}.err")
        return server.healthy()

    driver.wait_for("/healthz", up, 120, every=0.001)
    return time.monotonic() - began


def bare_tables(data, path):
    """Seconds in which SQLite alone makes the same tables, as durably, in as many transactions."""
    with driver_open(data / "main.db") as file:
        steps = file.execute("SELECT count(*) FROM schema_steps").fetchone()[0]
        made = [sql for (sql,) in file.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid")]
    began = time.monotonic()
    file = sqlite3.connect(path, isolation_level=None)
    file.execute("PRAGMA journal_mode=WAL")
    file.execute("PRAGMA synchronous=FULL")
    share = -(-len(made) // steps)
    for at in range(0, len(made), share):
        file.execute("BEGIN IMMEDIATE")
        for sql in made[at:at + share]:
            file.execute(sql)
        file.execute("COMMIT")
    took = time.monotonic() - began
    file.close()
    return took, steps, len(made)


def driver_open(path):
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def told(name, times, hold, more=""):
    worst = max(times)
    print(f"{name:44} median {statistics.median(times) * 1e3:7.0f} ms, worst {worst * 1e3:7.0f} ms of {len(times)}  "
          f"{'held' if worst <= hold else 'NOT HELD'} ({hold} s){more}", flush=True)


def size_of(folder):
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def starts(given, folder):
    empty, bare, again = [], [], []
    for n in range(given.starts):
        place = folder / f"empty{n}"
        place.mkdir(mode=0o700)
        server = driver.Server(given.bin / "stallward", place)
        try:
            empty.append(started(server))
            server.stop()
            took, steps, objects = bare_tables(server.data, place / "bare.db")
            bare.append(took)
            again.append(started(server))
            server.stop()
        finally:
            server.remove()
    limit = statistics.median(bare)
    told("start on an empty folder", empty, READY_S, f", {statistics.median(empty) / limit:.1f} x SQLite alone")
    print(f"{'':44} SQLite alone: {objects} tables and indexes in {steps} transactions, median {limit * 1e3:.0f} ms")
    told("start on the folder of a first start", again, READY_S)


def killed_while_writing(given, folder):
    """Starts after a kill -9 under webhooks, the journals as large as they get meanwhile."""
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, 20, speed=60, history=50)
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port)
        started(server)
        driver.connected(sandbox, server)
        orders = sandbox.orders()
        load = webhook.Load(given, sandbox, server, orders)
        times, journals = [], 0
        for _ in range(given.starts):
            beside = threading.Thread(target=load.run, args=(4,))
            beside.start()
            time.sleep(3)
            server.kill()
            beside.join()
            journals = max(journals, sum(path.stat().st_size for path in server.data.glob("*-wal")))
            times.append(started(server))
        told("start after kill -9 under webhooks", times, READY_S, f", journals up to {journals / 1e6:.0f} MB")
        server.stop()
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def full_folder(given, folder):
    """Starts on the folder that was given; its own key file is used, or the benchmarks' key when there is none."""
    data = given.data.resolve()
    key = data / "kek.key"
    if not key.exists():
        key.write_text(FAKE_KEK)
        key.chmod(0o400)
    server = driver.Server(given.bin / "stallward", folder, data=data)
    try:
        size = size_of(data) / 1e9
        after_kill = []
        started(server)
        for _ in range(given.starts):
            time.sleep(2)
            server.kill()
            after_kill.append(started(server))
        server.kill()
        told(f"start with {size:.1f} GB after kill -9", after_kill, READY_BIG_S)
    finally:
        server.remove()


def idle(given, folder):
    place = folder / "idle"
    place.mkdir(mode=0o700)
    server = driver.Server(given.bin / "stallward", place)
    try:
        started(server)
        time.sleep(given.idle_s)
        used, kind = memory_of(server.program)
        print(f"memory idle, {given.idle_s:.0f} s after the start{'':12} {used:7.1f} MB {kind}  {'held' if used <= IDLE_MB else 'NOT HELD'} ({IDLE_MB} MB)", flush=True)
        server.stop()
    finally:
        server.remove()


def loaded(given, folder):
    sandbox = server = None
    try:
        sandbox = driver.Sandbox(given.bin / "stallward-sandbox", folder / "sandbox", given.seed, given.stores, speed=60, history=given.history)
        server = driver.Server(given.bin / "stallward", folder, demo=sandbox.control_port)
        started(server)
        began = time.monotonic()
        while True:
            try:
                driver.connected(sandbox, server)
                break
            except driver.Broken:
                if time.monotonic() - began > 1_800 or not server.program.running():
                    raise
        print(f"{given.stores} stores connected with their webhooks in {time.monotonic() - began:.0f} s", flush=True)
        orders = sandbox.orders()
        load = webhook.Load(given, sandbox, server, orders)
        stop, seen = threading.Event(), []

        def look():
            while not stop.wait(1):
                seen.append((time.monotonic(), *memory_of(server.program)))

        watcher = threading.Thread(target=look)
        watcher.start()
        answers = load.run(given.minutes * 60)
        stop.set()
        watcher.join()
        bad = sum(status != 200 for _, _, status in answers)
        most, kind = max(used for _, used, _ in seen), seen[-1][2]
        print(f"memory with {given.stores} stores, {len(answers)} webhooks at {given.rate}/s ({bad} not 200), {len(orders)} orders at the marketplace: at most "
              f"{most:.1f} MB {kind}  {'held' if most <= LOAD_MB else 'NOT HELD'} ({LOAD_MB} MB)")
        # The first half fills caches.
        half = [entry for entry in seen if entry[0] > seen[len(seen) // 2][0]]
        if len(half) > 2:
            first, last = statistics.mean(e[1] for e in half[:10]), statistics.mean(e[1] for e in half[-10:])
            print(f"{'':4} from {first:.1f} to {last:.1f} MB in the last {half[-1][0] - half[0][0]:.0f} s; {given.minutes:g} minutes say nothing of an hour")
        time.sleep(given.idle_s)
        used, kind = memory_of(server.program)
        print(f"{'':4} {given.idle_s:.0f} s after the load: {used:.1f} MB {kind}", flush=True)
        server.stop()
    finally:
        for program in (server, sandbox):
            if program:
                program.remove()


def main():
    if "--bin" not in sys.argv:
        # As ./run bench calls it: a link beside the programs.
        sys.argv += ["--bin", str(pathlib.Path(sys.argv[0]).absolute().parent)]
    given = driver.arguments("start and memory of the server", part={"choices": ["starts", "kill", "memory", "all"], "default": "all"},
                             starts={"type": int, "default": 7}, data={"type": pathlib.Path}, stores={"type": int, "default": 300},
                             history={"type": int, "default": 20}, minutes={"type": float, "default": 2}, rate={"type": int, "default": 200},
                             idle_s={"type": float, "default": 10})
    print(f"bench_process: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("bench_process", given.bin.parent) as folder:
        if given.data:
            full_folder(given, folder)
            return 0
        for part, work in (("starts", starts), ("kill", killed_while_writing), ("memory", idle), ("memory", loaded)):
            if given.part in (part, "all"):
                own = folder / work.__name__
                own.mkdir(mode=0o700)
                work(given, own)
    print(driver.load())
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    driver.run(main)
