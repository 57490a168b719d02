"""Starts and ends the programs that the fault runs break, each run in a folder of its own inside the build folder.

Processes are ended by their id alone. Every wait is bounded; what does not come in time is an error that says what was waited for.
"""
import argparse
import contextlib
import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

SKIPPED = 77  # What ctest counts as skipped.


class Broken(Exception):
    """The run could not do its work: no verdict about the product's data, and a failure all the same."""


def arguments(description, **more):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--bin", type=pathlib.Path, required=True, help="folder of stallward and stallward-sandbox, build/release/bin")
    parser.add_argument("--seed", type=int, default=0, help="0: a new one, printed")
    for name, options in more.items():
        parser.add_argument("--" + name.replace("_", "-"), **options)
    given = parser.parse_args()
    given.bin = given.bin.resolve()
    given.seed = given.seed or random.SystemRandom().randrange(1, 1_000_000)
    return given


def wait_for(what, ready, seconds, every=0.1):
    """The first true answer of ready(); Broken after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Broken(f"{what}: not within {seconds} s")
        time.sleep(every)


def free_port():
    """A port below those that outgoing connections take, so that none of them sits on it while the server is down."""
    for _ in range(200):
        port = random.SystemRandom().randrange(20_000, 32_000)
        with socket.socket() as probe:
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise Broken("no free port")


def ask(port, method, path, body=None, headers=None, timeout=10):
    """(status, body) of one request on a connection of its own; status 0 when there was no answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    except (OSError, http.client.HTTPException):
        return 0, b""
    finally:
        connection.close()


def members_of(group):
    """Living processes of a process group; a zombie is none."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                state, _, its_group = (entry / "stat").read_text().rpartition(")")[2].split()[:3]
                if int(its_group) == group and state != "Z":
                    found.append(int(entry.name))
    return found


class Program:
    """One running program, in a process group of its own; its output goes to files."""

    def __init__(self, command, log, environment=None):
        self.log = log
        with open(f"{log}.out", "ab") as out, open(f"{log}.err", "ab") as err:
            self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
                                            env={**os.environ, **(environment or {})})

    def running(self):
        return self.process.poll() is None

    def pause(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL to the program itself; its children have to notice by themselves."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)

    def stop(self, seconds=60):
        """Asks it to end; returns its exit status."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Broken(f"{self.log}: does not end within {seconds} s after SIGTERM") from None

    def left_behind(self):
        """Children that are still there some seconds after it ended."""
        with contextlib.suppress(Broken):
            wait_for("children", lambda: not members_of(self.process.pid), 10)
        return members_of(self.process.pid)

    def remove(self):
        if self.running():
            self.kill()
        for pid in members_of(self.process.pid):
            with contextlib.suppress(OSError):
                os.kill(pid, signal.SIGKILL)


class Sandbox(Program):
    def __init__(self, binary, log, seed, stores, speed, history=5):
        super().__init__([binary, "--listen", "127.0.0.1:0", "--seed", seed, "--stores", stores, "--speed", speed, "--history", history], log)
        self.stores = stores

        def first_line():
            if not self.running():
                raise Broken(f"the sandbox ended at once, see {log}.err")
            text = pathlib.Path(f"{log}.out").read_text()
            return json.loads(text.splitlines()[0]) if "\n" in text else None

        start = wait_for("the sandbox's first line", first_line, 60)
        self.control_port = int(start["control"].rpartition(":")[2])
        self.app_key, self.app_secret = start["app_key"], start["app_secret"]
        # Only what a run orders happens.
        self.tell("PUT", "/life", {"on": False})

    def tell(self, method, path, body=None):
        status, answer = ask(self.control_port, method, path, None if body is None else json.dumps(body), timeout=60)
        if status != 200:
            raise Broken(f"the sandbox answered {status} to {method} {path}: {answer[:200]!r}")
        return json.loads(answer)

    def pages(self, path, member):
        """All entries of a list that is given in pages."""
        found, after = [], 0
        while True:
            page = self.tell("GET", f"{path}?after={after}&limit=10000")
            found += page[member]
            if page["end"]:
                return found
            after = page["next"]

    def notifications(self):
        return self.pages("/notifications", "notifications")

    def orders(self):
        return self.pages("/state", "orders")

    def effects(self):
        return self.tell("GET", "/ledger?kind=effect&limit=200000")["entries"]

    def counts(self):
        return self.tell("GET", "/ledger/counts")


class Server:
    """The console on one data folder and one port, over any number of starts."""

    def __init__(self, binary, folder, data=None, demo=None, name="server", more=(), environment=None):
        """`more`: options of `serve` besides; `environment`: variables besides."""
        self.binary, self.data, self.log = binary, data or folder / "data", folder / name
        self.data.mkdir(mode=0o700, exist_ok=True)
        self.port, self.demo, self.more, self.environment = free_port(), demo, list(more), environment
        self.program, self.starts, self.groups = None, [], []

    def command(self):
        demo = ["--demo", f"127.0.0.1:{self.demo}"] if self.demo else []
        return [self.binary, "serve", "--data", self.data, "--listen", f"127.0.0.1:{self.port}", *demo, *self.more]

    def healthy(self):
        return ask(self.port, "GET", "/healthz", timeout=5)[0] == 200

    def start(self):
        """Starts it and returns after how many seconds /healthz said yes."""
        began = time.monotonic()
        self.program = Program(self.command(), self.log, self.environment)
        self.groups.append(self.program)

        def up():
            if not self.program.running():
                raise Broken(f"the server ended with status {self.program.process.returncode}, see {self.log}.err")
            return self.healthy()

        wait_for("/healthz", up, 60, every=0.02)
        self.starts.append(time.monotonic() - began)
        return self.starts[-1]

    def kill(self):
        self.program.kill()

    def stop(self):
        status = self.program.stop()
        if status != 0:
            raise Broken(f"the server ended with status {status} after SIGTERM, see {self.log}.err")

    def doctor(self):
        """What `stallward doctor` says, by check; beside a running server it asks that one."""
        done = subprocess.run([str(self.binary), "doctor", "--data", str(self.data)], capture_output=True, text=True, timeout=120, check=False)
        checks = {}
        for line in done.stdout.splitlines():
            with contextlib.suppress(ValueError):
                check = json.loads(line)
                checks[check["check"]] = check
        if not checks:
            raise Broken(f"doctor said nothing: {done.stderr[:300]}")
        return checks

    def said(self):
        """Its log, as far as lines are JSON."""
        lines = []
        for line in pathlib.Path(f"{self.log}.err").read_text(errors="replace").splitlines():
            with contextlib.suppress(ValueError):
                lines.append(json.loads(line))
        return lines

    def left_behind(self):
        return [pid for program in self.groups for pid in program.left_behind()]

    def remove(self):
        for program in self.groups:
            program.remove()


def connected(sandbox, server):
    """Waits until every store of the sandbox is connected and has order webhooks on."""
    def subscribed():
        if not server.program.running():
            raise Broken(f"the server ended, see {server.log}.err")
        shops = {entry["shop"] for entry in sandbox.effects() if entry["what"] == "webhook_set" and entry["topic"] == "ORDER_STATUS_CHANGE"}
        return len(shops) == sandbox.stores
    wait_for("all stores connected", subscribed, 120, every=0.3)


def inbox_of(server):
    """What the server itself says: "0 waiting, 0 in work, 0 could not be read", as three numbers."""
    if not server.program.running():
        raise Broken(f"the server ended, see {server.log}.err")
    return [int(n) for n in re.findall(r"\d+", server.doctor()["inbox"]["detail"])]


def settle(sandbox, backlog, seconds=240):
    """Brings all to rest: webhooks delivered or given up, the work of `backlog()`, a list of numbers, done. The marketplace's clock is moved on to its next tries."""
    # An order of the burst may still be on its way, so nothing may have moved for a while.
    seen, since, moved = None, time.monotonic(), 0.0

    def at_rest():
        nonlocal seen, since, moved
        left = backlog()
        notifications = sandbox.notifications()
        now = (len(notifications), sum(n["attempts"] for n in notifications), left,
               sandbox.counts().get("request", {}).get("orders.detail", 0))
        if now != seen:
            seen, since = now, time.monotonic()
        open_ones = sum(n["delivery"] in ("waiting", "in_flight") for n in notifications)
        if open_ones and time.monotonic() - max(since, moved) > 3:
            # Their next try is far off: 30 min, 3 h or 12 h of the platform, divided by the sandbox's speed.
            sandbox.tell("POST", "/clock/advance", {"seconds": 120})
            moved = time.monotonic()
        return not open_ones and not any(left) and time.monotonic() - since > 3

    try:
        wait_for("rest", at_rest, seconds, every=0.3)
    except Broken as broken:
        if not str(broken).startswith("rest:"):
            raise
        raise Broken(f"no rest within {seconds} s: left to do {seen[2] if seen else 'not seen'}, {seen[0] if seen else 0} webhooks sent") from None


@contextlib.contextmanager
def folder_for(name, build):
    """A folder inside the build folder, deleted unless the run failed."""
    folder = build / "faults" / f"{name}-{os.getpid()}"
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    except BaseException:
        print(f"kept for a look: {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder)


def load():
    return f"load average {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


def run(main):
    """Ends the program with main()'s status; a Broken run fails and says why."""
    try:
        sys.exit(main())
    except Broken as broken:
        print(f"FAILED: {broken}")
        sys.exit(1)
