#!/usr/bin/env python3
"""Sign-in under load and under a stop-watch, on the real server.

sign_in.py [--bin build/release/bin] [--part crowd|times|all] [--crowd 200] [--tries 200]

crowd (AUTH-4): so many sign-ins at once, each from a network of its own, while somebody else asks for the session and for the page itself. To hold: the
server's memory grows by at most 160 MiB, and 99 of 100 other requests are answered within 500 ms.
times (AUTH-5): unknown name, wrong password, and a disabled account with the wrong and with the right password, in turns. To hold: the answers are the same
bytes, and the medians differ by less than 5 %. The second factor is asked for after the password was right, so its refusals stand apart.
"""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(HERE / "tests" / "faults")]
import driver  # noqa: E402

GROWTH_MIB, OTHERS_MS, DIFFERENCE = 160, 500, 0.05
PASSWORD = "nine violet umbrellas over Hat Yai"
PEOPLE = ("wrong@example.com", "gone@example.com")
# An account's fifth failure in a row is followed by a wait; the counter is lifted before.
FREE_FAILURES = 4


class Console:
    """Requests to one server, with the cookie of one browser."""

    def __init__(self, server):
        self.server, self.cookie, self.network = server, "", 0

    def send(self, method, path, body=None, source=""):
        """(status, body, seconds)."""
        headers = {"X-Stallward": "1", "Content-Type": "application/json"}
        if self.cookie:
            headers["Cookie"] = self.cookie
        if source:
            headers["X-Forwarded-For"] = source
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)
        try:
            connection.connect()
            began = time.perf_counter()
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
            took = time.perf_counter() - began
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie":
                    self.cookie = value.partition(";")[0]
            return answer.status, text, took
        finally:
            connection.close()

    def ok(self, method, path, body=None):
        status, text, _ = self.send(method, "/api/v1" + path, body)
        if status >= 300:
            raise driver.Broken(f"{method} {path}: {status} {text[:300]!r}")
        return json.loads(text) if text else None

    def try_password(self, login, password, number):
        """A browser without a cookie, in a network of its own: 50 failures an hour are all that one network gets."""
        source = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}".rsplit(".", 1)[0] + ".9"
        return Console(self.server).send("POST", "/api/v1/sign-in", {"login": login, "password": password}, source)


def code_for(secret, step):
    key = base64.b32decode(secret.replace(" ", "") + "=" * (-len(secret.replace(" ", "")) % 8))
    mac = hmac.new(key, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = mac[19] & 15
    return f"{(int.from_bytes(mac[at:at + 4], 'big') & 0x7fffffff) % 1_000_000:06}"


def run_verb(server, *words):
    done = subprocess.run([server.binary, *words, "--data", server.data], capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise driver.Broken(f"{' '.join(words)}: {done.stderr[:300]}")
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


def opened(given, folder):
    """A server with an owner and two people who have passwords, one of them disabled."""
    config = folder / "config.toml"
    config.write_text('trusted_proxies = ["127.0.0.1"]\n')
    server = driver.Server(given.bin / "stallward", folder, more=["--config", str(config)])
    server.start()
    said = driver.wait_for("the set-up link", lambda: re.search(r"#token=(\S+)", pathlib.Path(f"{server.log}.out").read_text()), 20)
    owner = Console(server)
    owner.ok("POST", "/setup", {"token": said[1], "login": "owner@example.com", "name": "Lin", "password": PASSWORD, "team_name": "Lin Trading", "language": "en"})
    secret = owner.ok("POST", "/second-factor")["secret"]
    owner.ok("POST", "/second-factor/confirm", {"code": code_for(secret, int(time.time()) // 30)})
    for login in PEOPLE:
        link = run_verb(server, "user", "add", login, "--name", login.partition("@")[0].title(), "--role", "viewer")["link"]
        Console(server).ok("POST", "/invitation", {"token": link.partition("#token=")[2], "password": PASSWORD})
    run_verb(server, "user", "disable", PEOPLE[1])
    return server, owner


def resident_mib(pid):
    return int(pathlib.Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def crowd(given, server, owner):
    pid = server.program.process.pid
    for n in range(4):  # What the first hashes need once.
        owner.try_password("nobody@example.com", PASSWORD, 1_000 + n * 256)
    before, most, others, answers, done = resident_mib(pid), 0.0, [], [], threading.Event()

    def watch():
        nonlocal most
        while not done.wait(0.01):
            most = max(most, resident_mib(pid))

    def ask():
        while not done.is_set():
            for path in ("/api/v1/session", "/", "/healthz"):
                status, _, took = owner.send("GET", path)
                others.append((took, status))
            time.sleep(0.02)

    def sign_in(n):
        status, _, took = owner.try_password(f"nobody{n}@example.com", PASSWORD, 100_000 + n * 256)
        answers.append((took, status))

    beside = [threading.Thread(target=watch), threading.Thread(target=ask)]
    people = [threading.Thread(target=sign_in, args=(n,)) for n in range(given.crowd)]
    began = time.monotonic()
    for thread in beside + people:
        thread.start()
    for thread in people:
        thread.join()
    took = time.monotonic() - began
    done.set()
    for thread in beside:
        thread.join()
    statuses = sorted({status for _, status in answers})
    counts = ", ".join(f"{sum(s == status for _, s in answers)} x {status}" for status in statuses)
    times = sorted(1e3 * took for took, _ in others)
    p99 = times[min(len(times) - 1, int(0.99 * len(times)))]
    bad = sum(status >= 400 for _, status in others)
    growth = most - before
    print(f"AUTH-4: {given.crowd} sign-ins at once: {counts}, all answered in {took:.1f} s; memory {before:.1f} MiB before, {growth:.1f} MiB more at most  "
          f"{'held' if growth <= GROWTH_MIB else 'NOT HELD'} ({GROWTH_MIB} MiB)")
    print(f"AUTH-4: {len(times)} other requests meanwhile, {bad} refused: p50 {times[len(times) // 2]:.1f} ms, p99 {p99:.1f} ms, max {times[-1]:.1f} ms  "
          f"{'held' if p99 <= OTHERS_MS else 'NOT HELD'} ({OTHERS_MS} ms)", flush=True)


def times(given, server, owner):
    kinds = {"unknown name": (None, PASSWORD), "wrong password": (PEOPLE[0], "eleven copper kettles by the lake"),
             "disabled, wrong password": (PEOPLE[1], "eleven copper kettles by the lake"), "disabled, right password": (PEOPLE[1], PASSWORD)}
    took, bodies, number, since = {name: [] for name in kinds}, {}, 5_000_000, 0
    chance = random.Random(given.seed)
    for n in range(given.tries):
        order = list(kinds)
        chance.shuffle(order)
        for name in order:
            login, password = kinds[name]
            number += 256
            status, text, seconds = owner.try_password(login or f"nobody{n}@example.com", password, number)
            problem = json.loads(text)
            problem.pop("request_id", None)  # Random, of the same length always.
            bodies.setdefault((status, json.dumps(problem, sort_keys=True), len(text)), set()).add(name)
            took[name].append(seconds)
        since += 2  # The disabled account fails twice a round.
        if since >= FREE_FAILURES - 1:
            for login in PEOPLE:
                run_verb(server, "user", "unlock", login)
            since = 0
    medians = {name: statistics.median(values) for name, values in took.items()}
    for name, values in took.items():
        print(f"AUTH-5: {name:26} median {medians[name] * 1e3:7.2f} ms, quarter to quarter {statistics.quantiles(values)[0] * 1e3:7.2f} to "
              f"{statistics.quantiles(values)[2] * 1e3:7.2f} ms of {len(values)}")
    apart = max(medians.values()) / min(medians.values()) - 1
    print(f"AUTH-5: medians differ by {apart * 100:.1f} %  {'held' if apart < DIFFERENCE else 'NOT HELD'} ({DIFFERENCE * 100:.0f} %); "
          f"{'one answer for all' if len(bodies) == 1 else 'ANSWERS DIFFER: ' + str(bodies)}", flush=True)


def look(given, folder):
    server = None
    try:
        server, owner = opened(given, folder)
        if given.part != "times":
            crowd(given, server, owner)
        if given.part != "crowd":
            times(given, server, owner)
        server.stop()
    finally:
        if server:
            server.remove()


def main():
    if "--bin" not in sys.argv:
        # As ./run bench calls it: a link beside the programs.
        sys.argv += ["--bin", str(pathlib.Path(sys.argv[0]).absolute().parent)]
    given = driver.arguments("memory and times of signing in", part={"choices": ["crowd", "times", "all"], "default": "all"},
                             crowd={"type": int, "default": 200}, tries={"type": int, "default": 200})
    print(f"bench_sign_in: seed {given.seed}, {driver.load()}", flush=True)
    with driver.folder_for("bench_sign_in", given.bin.parent) as folder:
        look(given, folder)
    print(driver.load())
    return 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    driver.run(main)
