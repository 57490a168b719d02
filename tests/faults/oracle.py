"""Compares what the sandbox marketplace knows with what a stopped server has on disk.

Lost: a webhook that was answered with 200 and is not in the inbox; an order that the marketplace has and the server lacks, or has in
another state. Duplicates: one notification kept twice, one order with two created events, one action executed more than once.
"""
import collections
import contextlib
import dataclasses
import hashlib
import json
import sqlite3

CREATED = 1  # model::EventKind::order_created


@dataclasses.dataclass
class Verdict:
    acknowledged: int = 0
    orders: int = 0
    lost: list = dataclasses.field(default_factory=list)
    duplicates: list = dataclasses.field(default_factory=list)
    damaged: list = dataclasses.field(default_factory=list)
    unfinished: int = 0  # Inbox rows that nobody has worked off yet.

    def clean(self):
        return not (self.lost or self.duplicates or self.damaged or self.unfinished)

    def lines(self):
        yield f"acknowledged webhooks {self.acknowledged}, orders {self.orders}, lost {len(self.lost)}, duplicates {len(self.duplicates)}, damaged {len(self.damaged)}, unfinished {self.unfinished}"
        for name, found in (("lost", self.lost), ("duplicate", self.duplicates), ("damaged", self.damaged)):
            for what in found[:5]:
                yield f"  {name}: {what}"
            if len(found) > 5:
                yield f"  {name}: and {len(found) - 5} more"


@contextlib.contextmanager
def opened(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        yield connection
    finally:
        connection.close()


class Files:
    """The tables of a data folder with SQLite: the main file, and the inbox's file for each day."""

    def __init__(self, data):
        self.data = data

    def rows(self, sql):
        with opened(self.data / "main.db") as file:
            return file.execute(sql).fetchall()

    def inbox_rows(self, sql):
        found = []
        for path in sorted(self.data.glob("inbox-*.db")):
            with opened(path) as file:
                found += file.execute(sql).fetchall()
        return found


class Cluster:
    """The same tables in one PostgreSQL database."""

    def __init__(self, postgres):
        self.rows = self.inbox_rows = postgres.rows


def check_files(data, verdict):
    for path in sorted(data.glob("*.db")):
        with opened(path) as file:
            answer = [row[0] for row in file.execute("PRAGMA integrity_check")]
            if answer != ["ok"]:
                verdict.damaged.append(f"{path.name}: {answer[0]}")


def key_of(body):
    """(shop, key) under which the inbox keeps a webhook that did not come from the sandbox: its notification's id, else its hash."""
    try:
        note = json.loads(body)
        shop, number = note["shop_id"], note["tts_notification_id"]
        if isinstance(number, str):
            return shop, number
        return shop, "sha256:" + hashlib.sha256(body).hexdigest()
    except (ValueError, KeyError, TypeError, RecursionError):
        return "", "sha256:" + hashlib.sha256(body).hexdigest()


def check_inbox(tables, notifications, besides, verdict):
    """A row's key is its notification's id; behind a slash a faulty server may have put what makes two rows of one notification."""
    rows = collections.Counter()
    for shop, key, unfinished in tables.inbox_rows("SELECT shop_ext_id, unique_key, state < 2 OR (state = 3 AND retry_at > 0) FROM raw_events"):
        rows[(shop, key.partition("/")[0])] += 1
        verdict.unfinished += unfinished
    acknowledged = {(n["shop"], n["id"]): n for n in notifications if n["delivery"] == "accepted"}
    verdict.acknowledged = len(acknowledged)
    for key, n in acknowledged.items():
        if key not in rows:
            verdict.lost.append(f"webhook {n['id']} of type {n['type']} about {n['about']}, answered 200")
    for shop, key in besides:
        if (shop, key) not in rows:
            verdict.lost.append(f"{key} of shop {shop or 'none'}, sent by the run and answered 200")
    known = {(n["shop"], n["id"]) for n in notifications} | set(besides)
    for key, count in rows.items():
        if count > 1:
            verdict.duplicates.append(f"webhook {key[1]} kept {count} times")
        if key not in known:
            verdict.damaged.append(f"the inbox has {key[1]}, which was never sent")
    for n in notifications:
        if n["forged"] and n["delivery"] == "accepted":
            verdict.damaged.append(f"forged webhook {n['id']} answered 200")


def check_orders(tables, orders, verdict):
    verdict.orders = len(orders)
    there = {(shop, order): (status, updated // 1_000) for shop, order, status, updated in tables.rows(
        "SELECT s.ext_id, o.ext_id, o.raw_status, o.updated_at FROM orders o JOIN stores s ON s.id = o.store_id")}
    for order in orders:
        found = there.pop((order["shop"], order["id"]), None)
        if found is None:
            verdict.lost.append(f"order {order['id']} is missing")
        elif found != (order["status"], order["update_time"]):
            verdict.lost.append(f"order {order['id']} is {found}, the marketplace says {(order['status'], order['update_time'])}")
    for _, order in there:
        verdict.damaged.append(f"order {order} does not exist at the marketplace")
    for store, subject, count in tables.rows(
            f"SELECT store_id, subject, count(*) FROM events WHERE kind = {CREATED} GROUP BY 1, 2 HAVING count(*) > 1"):
        verdict.duplicates.append(f"{subject} of store {store} has {count} created events")
    missing = tables.rows(
        "SELECT count(*) FROM orders o WHERE NOT EXISTS "
        f"(SELECT 1 FROM events e WHERE e.store_id = o.store_id AND e.kind = {CREATED} AND e.subject = 'o_' || o.id)")[0][0]
    if missing:
        verdict.lost.append(f"{missing} orders without a created event")


def check_actions(tables, effects, verdict):
    """Each thing that the server planned to do was done once by the marketplace's book; each thing that it believes done is in it."""
    done = collections.Counter((e["shop"], e["topic"]) for e in effects if e["what"] == "webhook_set")
    planned, believed = collections.Counter(), []
    for shop, topic, state in tables.rows(
            "SELECT s.ext_id, replace(o.object, 'webhook/', ''), o.state FROM outbox o JOIN stores s ON s.id = o.store_id WHERE o.kind = 'webhook.subscribe'"):
        planned[(shop, topic)] += 1
        if state == "confirmed":
            believed.append((shop, topic))
    for key, count in done.items():
        if count > planned[key]:
            verdict.duplicates.append(f"subscription {key[1]} of shop {key[0]} was set {count} times for {planned[key]} planned")
    for key in believed:
        if key not in done:
            verdict.lost.append(f"subscription {key[1]} of shop {key[0]} is believed done and was not")


def check_doctor(server, verdict):
    log = server.doctor().get("audit log", {"ok": False, "detail": "doctor does not tell"})
    if not log["ok"]:
        verdict.damaged.append(f"audit log: {log['detail']}")


def judge_tables(tables, sandbox, besides=()):
    """What can be said without the data folder."""
    verdict = Verdict()
    check_inbox(tables, sandbox.notifications(), list(besides), verdict)
    check_orders(tables, sandbox.orders(), verdict)
    check_actions(tables, sandbox.effects(), verdict)
    return verdict


def judge(sandbox, server, besides=()):
    """The server has to be stopped; the sandbox still runs. `besides`: (shop, key) of webhooks that the run itself sent and saw answered 200."""
    verdict = judge_tables(Files(server.data), sandbox, besides)
    check_files(server.data, verdict)
    # Last: it opens the files for writing.
    check_doctor(server, verdict)
    return verdict
